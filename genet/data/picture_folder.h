// Finds the pictures of a folder of class folders.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "genet/base/error.h"
#include "genet/base/file.h"

namespace genet {

struct Picture {
  std::string file;  // below the folder, "train/cat/1.jpg"
  int32_t label = 0;
};

struct PictureFolder {
  fs::path folder;
  std::vector<std::string> class_names;  // sorted: a class's number is its place
  std::vector<Picture> train, test;      // each by class, then by name
  std::vector<std::string> notes;        // what was passed over
  // Changes with the name, the size or the time of any picture.
  uint64_t fingerprint = 0;
};

struct PictureFolderOptions {
  // Without a folder of test pictures: per cent of each class that go to the test set, drawn by
  // the seed.
  int test_percent = 20;
  uint64_t seed = 0;
  // Also takes test pictures that lie in val/ (or test/) itself, with their classes in a file.
  bool label_file_allowed = false;
  std::string label_file{};  // below the folder; empty: the usual names are tried
};

// Layouts: train/CLASS/... with test/CLASS/... or val/CLASS/... (test is taken if both are there),
// or CLASS/... alone, which is split. A class folder is searched to any depth. An error names a
// class without pictures, a set of one class, test pictures of a class that train has not.
//
// A label file has a line for each picture: its name (with or without .JPEG), then after blanks or
// a comma the name of its class folder or the number of the class from 0; more words are ignored,
// also a first line that begins with "ImageId". So ImageNet's val.txt of Caffe and
// LOC_val_solution.csv of Kaggle are read as they are.
Result<PictureFolder> FindPictures(const fs::path& folder, const PictureFolderOptions& options);

}  // namespace genet
