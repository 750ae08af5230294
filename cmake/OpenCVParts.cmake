# The parts of OpenCV that decode and scale pictures. OpenCV's own CMake package comes with all of its
# parts and their dependencies, so headers and libraries are looked up one by one.
find_path(OPENCV_INCLUDE opencv2/imgcodecs.hpp PATH_SUFFIXES opencv4 REQUIRED)
add_library(genet_opencv INTERFACE)
target_include_directories(genet_opencv SYSTEM INTERFACE ${OPENCV_INCLUDE})
foreach(part imgproc core imgcodecs)
  find_library(OPENCV_${part} opencv_${part} REQUIRED)
endforeach()
target_link_libraries(genet_opencv INTERFACE ${OPENCV_imgproc} ${OPENCV_core})
# Loaded when the first picture is decoded (genet/data/picture_codecs.h), by its name with version.
file(READ_SYMLINK ${OPENCV_imgcodecs} OPENCV_CODECS_NAME)
