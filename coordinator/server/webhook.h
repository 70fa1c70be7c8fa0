// One POST of a JSON text to an address that a manifest names.
#pragma once

#include <atomic>
#include <string>

#include "common/base/clock.h"
#include "common/base/status.h"

namespace troupe::server {

// OK when the server answered with a 2xx. `url` is http:// or https://HOST[:PORT][/PATH]; the certificate of an https
// server must be one that this machine trusts. Redirects are not followed and no more than a few kilobytes of the
// answer are read. Ends with kTimeout after `timeout`, with kCancelled soon after `stop` became true.
Status post_webhook(const std::string& url, const std::string& body, Millis timeout, const std::atomic<bool>& stop);

// What an http or https address says.
struct WebAddress {
  bool secure = false;
  std::string host;  // a name or an address, without brackets
  std::string port;
  std::string target;  // path and query, "/" at least
};
// kInvalid for anything else.
Result<WebAddress> parse_web_address(const std::string& url);

}  // namespace troupe::server
