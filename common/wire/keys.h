// CURVE key pairs (Curve25519), as the 40 characters of Z85 that ZeroMQ writes keys in, and the files they lie in:
// NAME.secret (mode 0600) holds the secret key, NAME.public the public one, each a line.
#pragma once

#include <string>
#include <string_view>

#include "common/base/status.h"

namespace troupe::wire {

struct KeyPair {
  std::string public_key;
  std::string secret_key;
};

// 40 characters that are the Z85 form of 32 bytes.
bool is_key(std::string_view text);

// kInternal when libzmq was built without CURVE.
Result<KeyPair> generate_keys();

// Writes NAME.public and then, durably, NAME.secret into the folder, which is made with mode 0700.
Status save_keys(const std::string& folder, const std::string& name, const KeyPair& keys);

// From a secret key's file; the public key is worked out. kNotFound; kPermissionDenied when others may read the file;
// kCorrupt when it holds no key.
Result<KeyPair> load_keys(const std::string& secret_file);

// Those of NAME.secret in the folder, made at the first call.
Result<KeyPair> load_or_make_keys(const std::string& folder, const std::string& name);

}  // namespace troupe::wire
