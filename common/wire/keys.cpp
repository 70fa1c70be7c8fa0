#include "common/wire/keys.h"

#include <sys/stat.h>
#include <zmq.h>

#include <cerrno>

#include "common/base/files.h"

namespace troupe::wire {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kKeyText = 40;
constexpr std::size_t kMaxKeyFile = 256;
using Z85 = char[kKeyText + 1];

// The key in a file's text, "" when there is none.
std::string key_in(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.remove_suffix(1);
  return is_key(text) ? std::string(text) : std::string();
}

Status check_private(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return errno_status("look at", path, errno);
  if ((info.st_mode & 077) == 0) return {};
  return Status(Code::kPermissionDenied,
                "others may read the secret key " + path + ": make new keys, or chmod 600 it if you are sure of it");
}

}  // namespace

bool is_key(std::string_view text) {
  if (text.size() != kKeyText) return false;
  std::uint8_t bytes[kKeyBytes];
  return zmq_z85_decode(bytes, std::string(text).c_str()) != nullptr;
}

Result<KeyPair> generate_keys() {
  Z85 public_key, secret_key;
  if (zmq_curve_keypair(public_key, secret_key) != 0) {
    return Status(Code::kInternal, "cannot make keys: libzmq has no CURVE (it must be built with libsodium)");
  }
  return KeyPair{public_key, secret_key};
}

Status save_keys(const std::string& folder, const std::string& name, const KeyPair& keys) {
  TROUPE_RETURN_IF_ERROR(make_folders(folder, 0700));
  TROUPE_RETURN_IF_ERROR(write_file_durably(folder + "/" + name + ".public", keys.public_key + "\n"));
  return write_file_durably(folder + "/" + name + ".secret", keys.secret_key + "\n", 0600);
}

Result<KeyPair> load_keys(const std::string& secret_file) {
  TROUPE_ASSIGN_OR_RETURN(const std::string text, read_file(secret_file, kMaxKeyFile));
  TROUPE_RETURN_IF_ERROR(check_private(secret_file));
  KeyPair keys{"", key_in(text)};
  Z85 public_key;
  if (keys.secret_key.empty() || zmq_curve_public(public_key, keys.secret_key.c_str()) != 0) {
    return Status(Code::kCorrupt, secret_file + " holds no key: a key is one line of 40 characters",
                  Place{secret_file});
  }
  keys.public_key = public_key;
  return keys;
}

Result<KeyPair> load_or_make_keys(const std::string& folder, const std::string& name) {
  auto keys = load_keys(folder + "/" + name + ".secret");
  if (keys.ok() || keys.status().code() != Code::kNotFound) return keys;
  TROUPE_ASSIGN_OR_RETURN(const KeyPair made, generate_keys());
  TROUPE_RETURN_IF_ERROR(save_keys(folder, name, made));
  return made;
}

}  // namespace troupe::wire
