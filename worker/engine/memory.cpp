#include "worker/engine/memory.h"

#include <malloc.h>

namespace troupe::engine {

void keep_freed_memory() {
  ::mallopt(M_MMAP_THRESHOLD, 1 << 30);
  ::mallopt(M_TRIM_THRESHOLD, 2'000'000'000);
  ::mallopt(M_TOP_PAD, 64 << 20);
}

}  // namespace troupe::engine
