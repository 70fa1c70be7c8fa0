#include "coordinator/server/options.h"

#include <arpa/inet.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <vector>

#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/manifest/document.h"
#include "common/manifest/reader.h"

namespace troupe::server {
namespace {

using manifest::Node;

constexpr int kMaxPort = 65535;
constexpr int kPorts = 3;  // workers, clients, artifacts
constexpr std::chrono::hours kMostKeeping{24 * 3650};

// A key of a map and how its value is read.
struct Key {
  std::string name;
  std::function<Status(const Node&, const std::string& path)> read;
};

// Every key of the map is known and right.
Status read_map(const Node& node, const std::string& path, const std::vector<Key>& keys) {
  if (node.kind == Node::Kind::kNull) return {};
  if (node.kind != Node::Kind::kMap) return manifest::takes(node, path.empty() ? "the file" : path, "a map of keys");
  std::vector<std::string> names;
  for (const Key& key : keys) names.push_back(key.name);
  TROUPE_RETURN_IF_ERROR(manifest::check_keys(node, path, names));
  for (const Key& key : keys) {
    if (const Node* value = node.find(key.name)) {
      TROUPE_RETURN_IF_ERROR(key.read(*value, path.empty() ? key.name : path + "." + key.name));
    }
  }
  return {};
}

template <typename T>
Status put(Result<T> value, auto& into) {
  if (value.ok()) into = static_cast<std::decay_t<decltype(into)>>(std::move(value).value());
  return value.status();
}

Key text(std::string name, std::string& into) {
  return {std::move(name), [&into](const Node& node, const std::string& path) {
            return put(manifest::read_text(node, path, limits::kMaxPathBytes), into);
          }};
}

Key duration(std::string name, Millis& into) {
  return {std::move(name), [&into](const Node& node, const std::string& path) {
            return put(manifest::read_duration(node, path), into);
          }};
}

// How long something is kept; 0 is for ever.
Key keeping(std::string name, Millis& into) {
  return {std::move(name), [&into](const Node& node, const std::string& path) -> Status {
            if (node.is_scalar() && node.text == "0") {
              into = Millis(0);
              return {};
            }
            return put(manifest::read_duration(node, path, kMostKeeping), into);
          }};
}

template <typename T>
Key integer(std::string name, std::int64_t low, std::int64_t high, T& into) {
  return {std::move(name), [=, &into](const Node& node, const std::string& path) {
            return put(manifest::read_integer(node, path, low, high), into);
          }};
}

Key flag(std::string name, bool& into) {
  return {std::move(name),
          [&into](const Node& node, const std::string& path) { return put(manifest::read_flag(node, path), into); }};
}

Key optional_flag(std::string name, std::optional<bool>& into) {
  return {std::move(name),
          [&into](const Node& node, const std::string& path) { return put(manifest::read_flag(node, path), into); }};
}

// Project -> number.
template <typename T>
Key by_project(std::string name, double low, double high, std::map<std::string, T>& into) {
  return {std::move(name), [=, &into](const Node& node, const std::string& path) -> Status {
            if (node.kind != Node::Kind::kMap) return manifest::takes(node, path, "a map of projects and numbers");
            for (const manifest::MapEntry& entry : node.map) {
              TROUPE_ASSIGN_OR_RETURN(const double value,
                                      manifest::read_number(entry.value, path + "." + entry.key, low, high));
              into[entry.key] = static_cast<T>(value);
            }
            return {};
          }};
}

Key map(std::string name, std::vector<Key> keys) {
  return {std::move(name),
          [keys = std::move(keys)](const Node& node, const std::string& path) { return read_map(node, path, keys); }};
}

std::vector<Key> all_keys(ServerOptions& options) {
  core::FarmOptions& farm = options.farm;
  return {text("state", options.state),
          text("log", options.log),
          map("listen", {text("host", options.host), text("advertise", options.advertise),
                         integer("port", 0, kMaxPort, options.port), flag("insecure", options.insecure)}),
          map("notify", {optional_flag("commands", options.notify_commands)}),
          map("workers", {duration("heartbeat", farm.heartbeat), duration("liveness", farm.liveness),
                          duration("resend_lease", farm.resend_lease), duration("forget", farm.forget_worker)}),
          map("retention", {keeping("archive", farm.archive_after), keeping("delete", farm.delete_after)}),
          map("projects", {duration("half_life", farm.usage_half_life), by_project("weights", 0.001, 1e6, farm.weights),
                           integer("running", 0, limits::kMaxRunningJobs, farm.running_a_project),
                           by_project("running_of", 1, limits::kMaxRunningJobs, farm.project_running)}),
          map("jobs", {integer("lease", 1, static_cast<std::int64_t>(limits::kMaxLeaseJobs), farm.lease_jobs),
                       duration("target_lease", farm.target_lease), duration("deadline_grace", farm.deadline_grace),
                       duration("age_step", farm.age_step),
                       map("retry", {duration("first", farm.retry.first), duration("most", farm.retry.most)})})};
}

bool is_address(const std::string& host) {
  in6_addr ignored{};
  return inet_pton(AF_INET, host.c_str(), &ignored) == 1 || inet_pton(AF_INET6, host.c_str(), &ignored) == 1;
}

Status wrong(std::string what) {
  return Status(Code::kInvalid, std::move(what));
}

}  // namespace

Result<ServerOptions> read_server_options(const std::string& path) {
  TROUPE_ASSIGN_OR_RETURN(const std::string bytes, read_file(path, limits::kMaxManifestBytes));
  manifest::DocumentBudget budget;
  TROUPE_ASSIGN_OR_RETURN(const Node root, manifest::parse_yaml(bytes, path, budget));
  ServerOptions options;
  TROUPE_RETURN_IF_ERROR(read_map(root, "", all_keys(options)));
  if (!options.state.empty()) {
    options.state = (std::filesystem::absolute(path).parent_path() / options.state).lexically_normal().string();
  }
  return options;
}

bool ServerOptions::runs_commands() const {
  return notify_commands.value_or(host == "::1" || host.starts_with("127."));
}

Status ServerOptions::validate() const {
  if (!is_address(host)) return wrong("listen.host takes a numeric address such as 127.0.0.1 or 0.0.0.0, not " + host);
  if (port < 0 || port > kMaxPort - kPorts + 1) {
    return wrong("listen.port takes 0 (any free ports) to " + std::to_string(kMaxPort - kPorts + 1) +
                 ": three ports in a row are used");
  }
  static const std::vector<std::string> kLevels = {"debug", "info", "warn", "error", "off"};
  if (std::find(kLevels.begin(), kLevels.end(), log) == kLevels.end()) {
    return wrong("log takes debug, info, warn, error or off, not " + log);
  }
  if (farm.heartbeat < Millis(100)) return wrong("workers.heartbeat takes at least 0.1 seconds");
  if (farm.liveness < 3 * farm.heartbeat) return wrong("workers.liveness takes at least three heartbeats");
  if (farm.resend_lease < farm.heartbeat) return wrong("workers.resend_lease takes at least one heartbeat");
  if (farm.retry.first < Millis(1) || farm.retry.most < farm.retry.first) {
    return wrong("jobs.retry takes a first wait and a longest one that is not shorter");
  }
  if (farm.delete_after.count() > 0 && farm.delete_after < farm.archive_after) {
    return wrong("retention.delete takes at least as long as retention.archive: both count from a campaign's end");
  }
  return {};
}

}  // namespace troupe::server
