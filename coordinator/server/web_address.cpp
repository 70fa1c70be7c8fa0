#include <algorithm>

#include "coordinator/server/webhook.h"

namespace troupe::server {

Result<WebAddress> parse_web_address(const std::string& url) {
  const Status wrong(Code::kInvalid, "\"" + url + "\" is no address such as https://example.org/hook");
  WebAddress address;
  std::string rest;
  if (url.starts_with("https://")) {
    address.secure = true;
    rest = url.substr(8);
  } else if (url.starts_with("http://")) {
    rest = url.substr(7);
  } else {
    return wrong;
  }
  rest = rest.substr(0, rest.find('#'));
  const std::size_t path = rest.find_first_of("/?");
  address.target = path == rest.npos ? "/" : rest.substr(path);
  if (address.target.front() == '?') address.target.insert(address.target.begin(), '/');
  std::string host = rest.substr(0, path);
  if (host.find('@') != host.npos) return wrong;
  std::string port;
  if (host.starts_with("[")) {
    const std::size_t end = host.find(']');
    if (end == host.npos) return wrong;
    address.host = host.substr(1, end - 1);
    port = host.substr(end + 1);
  } else {
    address.host = host.substr(0, host.find(':'));
    port = host.substr(address.host.size());
  }
  if (!port.empty() && (port.size() < 2 || port.size() > 6 || port.front() != ':')) return wrong;
  address.port = port.empty() ? (address.secure ? "443" : "80") : port.substr(1);
  if (address.host.empty() || !std::ranges::all_of(address.port, [](char c) { return c >= '0' && c <= '9'; })) {
    return wrong;
  }
  return address;
}

}  // namespace troupe::server
