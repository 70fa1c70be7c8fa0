#include "worker/chain/gpu_memory.h"

#include <gtest/gtest.h>

namespace troupe::chain {
namespace {

TEST(GpuMemory, IsWhatTheDriversLibrarySays) {
  EXPECT_EQ(gpu_memory_bytes(0, TROUPE_TEST_TWO_GPUS), 24ull << 30);
  EXPECT_EQ(gpu_memory_bytes(1, TROUPE_TEST_TWO_GPUS), 80ull << 30);
}

TEST(GpuMemory, IsUnknownWithoutTheGpuOrTheDriver) {
  EXPECT_EQ(gpu_memory_bytes(2, TROUPE_TEST_TWO_GPUS), 0u);
  EXPECT_EQ(gpu_memory_bytes(-1, TROUPE_TEST_TWO_GPUS), 0u);
  EXPECT_EQ(gpu_memory_bytes(0, "libno-such-thing.so.1"), 0u);
  EXPECT_EQ(gpu_memory_bytes(0, "libm.so.6"), 0u);  // a library, but not that one
}

TEST(GpuMemory, HiddenGpusAreNotCounted) {
  EXPECT_EQ(driver_index(1, nullptr), 1);
  EXPECT_EQ(driver_index(0, "3,1"), 3);
  EXPECT_EQ(driver_index(1, "3,1"), 1);
  EXPECT_EQ(driver_index(2, "3,1"), -1);
  EXPECT_EQ(driver_index(0, ""), -1);
  EXPECT_EQ(driver_index(0, "GPU-8932f937"), -1);
  EXPECT_EQ(driver_index(1, "0,1x"), -1);
}

}  // namespace
}  // namespace troupe::chain
