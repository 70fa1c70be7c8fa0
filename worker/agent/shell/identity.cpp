#include "worker/agent/shell/identity.h"

#include <unistd.h>

#include <cstdio>

#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/manifest/reader.h"

namespace troupe::agent {
namespace {

constexpr std::size_t kHostPart = 64;  // bytes of the host's name that go into an id

bool is_id(const std::string& text) {
  return manifest::is_name(text) && text.size() <= limits::kMaxNameBytes;
}

std::string new_id(Random& random) {
  std::string host = host_name().substr(0, kHostPart);
  for (char& letter : host) {
    if (!manifest::is_name(std::string("a") + letter)) letter = '-';
  }
  if (!manifest::is_name(host)) host = "worker";
  char end[16];
  std::snprintf(end, sizeof end, "-%08x", static_cast<unsigned>(random.next()));
  return host + end;
}

}  // namespace

Result<WorkerId> worker_identity(const std::string& state_folder, const std::string& name, Random& random) {
  if (!name.empty()) return WorkerId{name};
  const std::string path = state_folder + "/worker_id";
  auto kept = read_file(path, 2 * limits::kMaxNameBytes);
  if (kept.status().code() == Code::kNotFound) {
    const std::string made = new_id(random);
    TROUPE_RETURN_IF_ERROR(write_file_durably(path, made + "\n", 0600));
    return WorkerId{made};
  }
  if (!kept.ok()) return kept.status();
  while (!kept->empty() && kept->back() == '\n') kept->pop_back();
  if (!is_id(*kept)) return Status(Code::kCorrupt, path + " holds no worker's id: remove it to get a new one");
  return WorkerId{*kept};
}

std::string host_name() {
  char name[256] = {};
  if (::gethostname(name, sizeof name - 1) != 0) return "unknown";
  return name;
}

}  // namespace troupe::agent
