// SHA-256, hexadecimal, and a cheap mixing function. SHA-256 names artifacts and content; mix64 decides orders and
// seeds.
#pragma once

#include <sodium.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "common/base/status.h"

namespace troupe {

// The SHA-256 of some bytes. Ordered, so that it can be a map's key.
struct Digest {
  std::array<std::uint8_t, 32> bytes{};
  auto operator<=>(const Digest&) const = default;
  // 64 lower-case hexadecimal digits.
  std::string hex() const;
  // Nothing but exactly 64 hexadecimal digits is taken.
  static std::optional<Digest> from_hex(std::string_view text);
  // Nothing but exactly 32 bytes is taken.
  static std::optional<Digest> from_bytes(std::string_view raw);
  std::string_view view() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
};

class Sha256 {
 public:
  Sha256();
  void update(std::string_view bytes);
  // Call once; the object is used up.
  Digest finish();

 private:
  crypto_hash_sha256_state state_;
};

Digest sha256(std::string_view bytes);
// kNotFound, kIo or the digest of the file's bytes; reads it in pieces.
Result<Digest> sha256_file(const std::string& path);

// A bijection on 64 bits that spreads every bit (the finaliser of SplitMix64, Steele et al. 2014).
std::uint64_t mix64(std::uint64_t x);
// A seed derived from another and an index: below 2^32, the same on every machine.
std::uint32_t derive_seed(std::uint32_t seed, std::uint32_t index);

}  // namespace troupe
