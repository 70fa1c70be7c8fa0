# troupe_boost: Boost's headers, for Asio and Beast.
find_package(Boost 1.74 REQUIRED)
add_library(troupe_boost INTERFACE)
target_link_libraries(troupe_boost INTERFACE Boost::headers)
if(TROUPE_SANITIZE MATCHES "thread")
  # ThreadSanitizer knows no fences, and GCC says so; what Asio's order, its mutexes order as well.
  target_compile_definitions(troupe_boost INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
endif()
