#include "common/wire/server_file.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "common/base/files.h"
#include "common/wire/keys.h"

namespace troupe::wire {
namespace {

constexpr std::size_t kMaxServerFile = 64u << 10;
constexpr int kSchema = 1;

// The key file as a path from here, "" for none.
std::string resolve(const std::filesystem::path& folder, const std::string& file) {
  if (file.empty() || std::filesystem::path(file).is_absolute()) return file;
  return (folder / file).string();
}

}  // namespace

Status write_server_file(const std::string& folder, const ServerFile& file) {
  const nlohmann::json json = {
      {"schema", kSchema},
      {"endpoints", {{"worker", file.worker_endpoint}, {"client", file.client_endpoint}, {"blob", file.blob_endpoint}}},
      {"server_key", file.server_key},
      {"keys", {{"client", file.client_key_file}, {"worker", file.worker_key_file}}},
      {"pid", file.pid},
      {"version", file.version},
      {"started", file.started}};
  return write_file_durably(folder + "/" + kServerFileName, json.dump(2) + "\n", 0600);
}

Result<ServerFile> read_server_file(const std::string& given) {
  std::filesystem::path path = given;
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) path /= kServerFileName;
  TROUPE_ASSIGN_OR_RETURN(const std::string text, read_file(path.string(), kMaxServerFile));
  try {
    const auto json = nlohmann::json::parse(text);
    const std::filesystem::path folder = path.parent_path();
    ServerFile file;
    file.worker_endpoint = json.at("endpoints").at("worker").get<std::string>();
    file.client_endpoint = json.at("endpoints").at("client").get<std::string>();
    file.blob_endpoint = json.at("endpoints").at("blob").get<std::string>();
    file.server_key = json.at("server_key").get<std::string>();
    file.client_key_file = resolve(folder, json.at("keys").at("client").get<std::string>());
    file.worker_key_file = resolve(folder, json.at("keys").at("worker").get<std::string>());
    file.pid = json.at("pid").get<std::int64_t>();
    file.version = json.at("version").get<std::string>();
    file.started = json.at("started").get<std::string>();
    if (file.server_key.empty() || is_key(file.server_key)) return file;
    return Status(Code::kCorrupt, path.string() + ": server_key is no key", Place{path.string()});
  } catch (const nlohmann::json::exception& error) {
    return Status(Code::kCorrupt, path.string() + " does not describe a coordinator: " + error.what(),
                  Place{path.string()});
  }
}

}  // namespace troupe::wire
