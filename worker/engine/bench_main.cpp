// troupe-engine of a build without the farm: `bench` is all it can do.
#include <cstdio>
#include <string_view>

#include "worker/engine/bench_command.h"
#include "worker/engine/memory.h"

int main(int argc, char** argv) {
  troupe::engine::keep_freed_memory();
  if (argc > 1 && std::string_view(argv[1]) == "bench") return troupe::engine::bench_command(argc, argv);
  std::fputs("troupe-engine, built without the farm: troupe-engine bench --help\n", stderr);
  return 2;
}
