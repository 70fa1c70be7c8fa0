# troupe_opencv: OpenCV's core, imgproc and dnn. Debian ships OpenCVConfig.cmake only with libopencv-dev, which pulls the whole desktop in;
# the three modules' own packages are enough. OpenCV_ROOT points to another installation.
include_guard(GLOBAL)
find_path(TROUPE_OPENCV_INCLUDE opencv2/core.hpp HINTS ${OpenCV_ROOT} ENV OpenCV_ROOT PATH_SUFFIXES include/opencv4 opencv4 REQUIRED)
add_library(troupe_opencv INTERFACE)
target_include_directories(troupe_opencv SYSTEM INTERFACE "${TROUPE_OPENCV_INCLUDE}")
foreach(module core imgproc dnn)
  find_library(TROUPE_OPENCV_${module} opencv_${module} HINTS ${OpenCV_ROOT} ENV OpenCV_ROOT PATH_SUFFIXES lib REQUIRED)
  target_link_libraries(troupe_opencv INTERFACE "${TROUPE_OPENCV_${module}}")
endforeach()
