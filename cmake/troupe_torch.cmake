# Finds libtorch once for the targets that need it and offers it as troupe_torch.
#
# The wheel ships its own old protobuf headers in torch/include/google; nothing that links troupe_torch may include
# generated protobuf headers, so no folder links both.
include_guard(GLOBAL)
if(TROUPE_TORCH)
  list(PREPEND CMAKE_PREFIX_PATH "${TROUPE_TORCH}")
elseif(EXISTS "${CMAKE_SOURCE_DIR}/.venv")
  file(GLOB troupe_wheel "${CMAKE_SOURCE_DIR}/.venv/lib/python3*/site-packages/torch/share/cmake")
  list(PREPEND CMAKE_PREFIX_PATH ${troupe_wheel})
endif()
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL TRUE)  # its imported targets are used from every folder
find_package(Torch REQUIRED)
unset(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL)
add_library(troupe_torch INTERFACE)
target_link_libraries(troupe_torch INTERFACE ${TORCH_LIBRARIES})
target_include_directories(troupe_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
