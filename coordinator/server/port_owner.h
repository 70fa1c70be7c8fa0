// Who has a port of this machine: for the error that says so.
#pragma once

#include <string>

namespace troupe::server {

// "process 123 (troupe)" for the process that listens on the TCP port, as far as /proc shows it to this user; else
// "another process".
std::string port_owner(int port);

}  // namespace troupe::server
