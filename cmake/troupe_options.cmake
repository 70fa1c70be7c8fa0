# How every target of Troupe is compiled: link troupe_options (privately) and get C++20, warnings as errors and the
# sanitizers of the preset.
find_program(TROUPE_CCACHE ccache)
if(TROUPE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # A precompiled header embeds its time; ccache accepts it only with these allowances.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND};-E;env;CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime;${TROUPE_CCACHE}")
endif()

set(TROUPE_SANITIZE "" CACHE STRING "Sanitizers for -fsanitize=, such as address,undefined or thread")
set(patience 1)
if(TROUPE_SANITIZE)
  set(patience 6)
endif()
set(TROUPE_SANITIZED_LIBRARIES "${CMAKE_BINARY_DIR}/libraries")  # other people's, for tests under ThreadSanitizer
set(TROUPE_TEST_PATIENCE ${patience} CACHE STRING "How many times as long as usual tests may take and wait")
unset(patience)

add_library(troupe_options INTERFACE)
target_compile_features(troupe_options INTERFACE cxx_std_20)
target_include_directories(troupe_options INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_options(troupe_options INTERFACE -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Werror)
if(TROUPE_SANITIZE)
  target_compile_options(troupe_options INTERFACE "-fsanitize=${TROUPE_SANITIZE}" -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(troupe_options INTERFACE "-fsanitize=${TROUPE_SANITIZE}")
  if(TROUPE_SANITIZE MATCHES "undefined" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # The shared libubsan does not see its log_path where libasan is loaded too.
    target_link_options(troupe_options INTERFACE -static-libubsan)
  endif()
endif()
