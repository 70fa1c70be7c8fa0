#include "worker/agent/config.h"

#include <algorithm>
#include <filesystem>

#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/manifest/document.h"
#include "common/manifest/reader.h"
#include "common/wire/keys.h"

namespace troupe::agent {
namespace {

using manifest::Node;

constexpr int kMostSlots = 64;
constexpr int kMostThreads = 1024;
constexpr int kMostAhead = 64;
constexpr std::size_t kMostListItems = 100;
constexpr double kLeastOutboxGiB = 0.001;
constexpr std::int64_t kMostGiB = 1 << 20;

// Reads the keys of one map into a config; the first error stays.
class ConfigReader {
 public:
  ConfigReader(const Node& root, std::string folder) : root_(root), folder_(std::move(folder)) {}

  void text(const char* key, std::string& into) {
    if (const Node* node = next(key)) take(manifest::read_text(*node, key, limits::kMaxPathBytes), into);
  }
  void path(const char* key, std::string& into) {
    const std::string before = into;
    text(key, into);
    if (into != before) into = absolute(into);
  }
  void integer(const char* key, int low, int high, int& into) {
    std::int64_t value = into;
    if (const Node* node = next(key)) take(manifest::read_integer(*node, key, low, high), value);
    into = static_cast<int>(value);
  }
  void choice(const char* key, const std::vector<std::string>& choices, std::string& into) {
    if (const Node* node = next(key)) take(manifest::read_choice(*node, key, choices), into);
  }
  void duration(const char* key, std::chrono::seconds& into) {
    if (const Node* node = next(key)) take(manifest::read_duration(*node, key), into);
  }
  void gibibytes(const char* key, double least, std::uint64_t& into) {
    double value = static_cast<double>(into) / (1ull << 30);
    if (const Node* node = next(key)) take(manifest::read_number(*node, key, least, kMostGiB), value);
    into = static_cast<std::uint64_t>(value * (1ull << 30));
  }
  void list(const char* key, bool paths, std::vector<std::string>& into) {
    const Node* node = next(key);
    if (node == nullptr) return;
    status_ = manifest::check_list(*node, key, "a list of texts", kMostListItems);
    for (std::size_t i = 0; status_.ok() && i < node->items.size(); ++i) {
      std::string item;
      take(manifest::read_text(node->items[i], std::string(key) + "[" + std::to_string(i) + "]", limits::kMaxPathBytes),
           item);
      into.push_back(paths ? absolute(item) : item);
    }
  }
  Status finish() {
    if (!status_.ok()) return status_;
    return manifest::check_keys(root_, "", keys_);
  }

 private:
  const Node* next(const char* key) {
    keys_.push_back(key);
    return status_.ok() ? root_.find(key) : nullptr;
  }
  template <typename T>
  void take(Result<T> value, T& into) {
    if (value.ok()) {
      into = std::move(value).value();
    } else {
      status_ = value.status();
    }
  }
  std::string absolute(const std::string& path) const {
    return (std::filesystem::path(folder_) / path).lexically_normal().string();
  }

  const Node& root_;
  std::string folder_;
  std::vector<std::string> keys_;
  Status status_;
};

Status wrong(const std::string& what) {
  return Status(Code::kInvalid, what);
}

}  // namespace

Result<WorkerConfig> read_worker_config(const std::string& path) {
  TROUPE_ASSIGN_OR_RETURN(const std::string text, read_file(path, limits::kMaxManifestBytes));
  manifest::DocumentBudget budget;
  TROUPE_ASSIGN_OR_RETURN(const Node root, manifest::parse_yaml(text, path, budget));
  WorkerConfig config;
  if (root.kind == Node::Kind::kNull) return config;
  if (root.kind != Node::Kind::kMap) return manifest::takes(root, "a worker's configuration", "a map of keys");
  ConfigReader reader(root, std::filesystem::absolute(path).parent_path().string());
  reader.path("server", config.server.file);
  reader.text("endpoint", config.server.endpoint);
  reader.text("blob_endpoint", config.server.blob_endpoint);
  reader.text("server_key", config.server.key);
  reader.path("key_file", config.server.own_key_file);
  reader.path("state", config.state);
  reader.text("name", config.name);
  reader.integer("slots", 1, kMostSlots, config.slots);
  reader.text("device", config.device);
  reader.choice("dtype", {"auto", "fp32", "bf16", "fp16"}, config.dtype);
  reader.integer("threads", 0, kMostThreads, config.threads);
  reader.list("packs", true, config.packs);
  reader.list("tags", false, config.tags);
  reader.text("pool", config.pool);
  reader.path("engine", config.engine);
  reader.integer("ahead", 1, kMostAhead, config.ahead);
  reader.gibibytes("outbox_gib", kLeastOutboxGiB, config.outbox_bytes);
  reader.gibibytes("stage_cache_gib", 0, config.stage_cache_bytes);
  reader.duration("grace", config.grace);
  TROUPE_RETURN_IF_ERROR(reader.finish());
  return config;
}

Status WorkerConfig::validate() const {
  if (server.file.empty() == server.endpoint.empty()) {
    return wrong("server: name the coordinator's server.json, or an endpoint tcp://HOST:PORT, and not both");
  }
  if (!server.endpoint.empty() && server.blob_endpoint.empty()) {
    return wrong("blob_endpoint: a worker with an endpoint needs the coordinator's blob endpoint too");
  }
  if (!server.endpoint.empty() && server.key.empty() != server.own_key_file.empty()) {
    return wrong("server_key and key_file go together: the coordinator's public key and this worker's secret key");
  }
  if (!server.key.empty() && !wire::is_key(server.key)) return wrong("server_key: is not a key of 40 characters");
  if (state.empty()) return wrong("state: name a folder that this worker keeps its id, its outbox and its logs in");
  if (!name.empty() && !manifest::is_name(name)) {
    return wrong("name: \"" + name + "\" is not made of letters, digits, \"_\", \"-\" and \".\"");
  }
  if (name.size() > limits::kMaxNameBytes) return wrong("name: is too long");
  if (slots < 1 || slots > kMostSlots) return wrong("slots: takes 1 to " + std::to_string(kMostSlots));
  if (threads < 0 || threads > kMostThreads) return wrong("threads: takes 0 to " + std::to_string(kMostThreads));
  if (ahead < 1 || ahead > kMostAhead) return wrong("ahead: takes 1 to " + std::to_string(kMostAhead));
  const bool known_device = device == "cpu" || device == "auto" || device == "cuda" ||
                            (device.starts_with("cuda:") && device.size() > 5 &&
                             device.find_first_not_of("0123456789", 5) == std::string::npos);
  if (!known_device) return wrong("device: takes cpu, cuda, cuda:N or auto, not \"" + device + "\"");
  for (const std::string& tag : tags) {
    if (!manifest::is_name(tag)) return wrong("tags: \"" + tag + "\" is not a word");
  }
  if (!pool.empty() && !manifest::is_name(pool)) return wrong("pool: \"" + pool + "\" is not a word");
  if (packs.empty()) return wrong("packs: name the folders that hold this worker's packs");
  return {};
}

std::vector<std::string> split_list(const std::string& text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(separator, at), text.size());
    if (end > at) parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

}  // namespace troupe::agent
