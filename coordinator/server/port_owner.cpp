#include "coordinator/server/port_owner.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <vector>

namespace troupe::server {
namespace {

namespace fs = std::filesystem;

// The inodes of sockets that listen on the port, from a table such as /proc/net/tcp: columns "sl local_address
// rem_address st ... inode", addresses as HEX:PORT, state 0A for listening.
void add_listeners(const std::string& table, int port, std::set<std::string>& inodes) {
  std::ifstream lines(table);
  std::string line;
  std::getline(lines, line);  // headings
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::vector<std::string> columns;
    for (std::string word; words >> word;) columns.push_back(word);
    if (columns.size() < 10 || columns[3] != "0A") continue;
    const std::string& local = columns[1];
    if (std::strtol(local.substr(local.rfind(':') + 1).c_str(), nullptr, 16) == port) {
      inodes.insert("socket:[" + columns[9] + "]");
    }
  }
}

bool is_number(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

bool has_open(const fs::path& process, const std::set<std::string>& files) {
  std::error_code error;
  for (fs::directory_iterator at(process / "fd", error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    if (files.contains(fs::read_symlink(at->path(), ignored).string())) return true;
  }
  return false;
}

}  // namespace

std::string port_owner(int port) {
  std::set<std::string> inodes;
  for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) add_listeners(table, port, inodes);
  std::error_code error;
  for (fs::directory_iterator at("/proc", error), end; !inodes.empty() && !error && at != end; at.increment(error)) {
    const std::string pid = at->path().filename().string();
    if (!is_number(pid) || !has_open(at->path(), inodes)) continue;
    std::string command;
    std::getline(std::ifstream(at->path() / "comm"), command);
    return "process " + pid + (command.empty() ? "" : " (" + command + ")");
  }
  return "another process";
}

}  // namespace troupe::server
