// Picture files for tests.
#pragma once

#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include "genet/base/scratch_folder_for_test.h"

namespace genet {

// Red is the row, green the column, blue `mark`.
inline void PutPicture(const fs::path& path, int height, int width, int mark) {
  cv::Mat picture(height, width, CV_8UC3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      picture.at<cv::Vec3b>(y, x) =
          cv::Vec3b(static_cast<uint8_t>(mark), static_cast<uint8_t>(x), static_cast<uint8_t>(y));
    }
  }
  fs::create_directories(path.parent_path());
  ASSERT_TRUE(cv::imwrite(path.string(), picture));
}

}  // namespace genet
