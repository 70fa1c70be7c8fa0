// The bytes of every message kind as the first release wrote them: they decode for ever, and as long as the protocol's
// version stays, the same values give the same bytes.
#include <gtest/gtest.h>

#include <cstdlib>

#include "common/base/files.h"
#include "common/wire/convert.h"
#include "tests/common/wire/samples.h"

namespace troupe::wire {
namespace {

// Reads a golden file; with TROUPE_WRITE_GOLDEN set it writes one that is not there yet.
std::string golden(const std::string& name, const std::string& bytes) {
  const std::string path = std::string(TROUPE_SOURCE_DIR) + "/tests/golden/wire/" + name + ".bin";
  auto read = read_file(path, 1 << 20);
  if (!read.ok() && std::getenv("TROUPE_WRITE_GOLDEN")) {
    EXPECT_TRUE(write_file_durably(path, bytes).ok());
    read = bytes;
  }
  EXPECT_TRUE(read.ok()) << read.status().to_string();
  return read.ok() ? *read : std::string();
}

TEST(Golden, FromWorkers) {
  for (const auto& [name, message] : samples_from_worker()) {
    const std::string bytes = golden(name, encode(message, 1));
    EXPECT_TRUE(encode(message, 1) == bytes) << name;
    const auto decoded = decode_from_worker(bytes);
    ASSERT_TRUE(decoded.ok()) << name << ": " << decoded.status().to_string();
    EXPECT_EQ(*decoded, message) << name;
  }
}

TEST(Golden, ToWorkers) {
  for (const auto& [name, message] : samples_to_worker()) {
    const std::string bytes = golden(name, encode(message, 1));
    EXPECT_TRUE(encode(message, 1) == bytes) << name;
    const auto decoded = decode_to_worker(bytes, message.worker);
    ASSERT_TRUE(decoded.ok()) << name << ": " << decoded.status().to_string();
    EXPECT_EQ(*decoded, message) << name;
  }
}

}  // namespace
}  // namespace troupe::wire
