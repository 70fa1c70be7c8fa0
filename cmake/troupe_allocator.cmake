# troupe_allocator: jemalloc for programs that pass messages from thread to thread. What one thread allocates and another
# frees costs glibc's allocator a fifth of the coordinator's time. Sanitizers bring an allocator of their own.
add_library(troupe_allocator INTERFACE)
if(NOT TROUPE_SANITIZE)
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(jemalloc REQUIRED IMPORTED_TARGET jemalloc)
  target_link_libraries(troupe_allocator INTERFACE PkgConfig::jemalloc)
endif()
