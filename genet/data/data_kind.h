// The kinds of data sets, in one list.
//
// A kind is a format of files together with everything that the rest of GeNet needs to know of it.
// Whoever has a rule that differs between data sets asks the kind, so that a new kind takes its own
// file (cifar.cc is an example) and its line in data_kind.cc.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "genet/base/error.h"
#include "genet/data/data_set.h"
#include "genet/data/official_files.h"

namespace genet {

struct DataSpec;

// What may follow a PATH after a comma: "lcn", "size=N", "labels=NAME".
struct DataOption {
  std::string name;
  std::string value{};  // what help writes after "="; empty: the option stands alone
  // The limits of a number; an option without limits takes any text that is not empty.
  std::optional<std::pair<int, int>> limits{};

  std::string syntax() const { return value.empty() ? name : name + "=" + value; }
};

struct ImageSize {
  int channels = 0, height = 0, width = 0;
};

struct DataCounts {
  size_t train = 0, test = 0;
  int classes = 0;
};

// A part of the training set, and how many images of each class the usual protocol holds out of it.
struct HeldOutPart {
  std::string name;
  size_t per_class = 0;
};

struct DataKind {
  std::string name;    // what a SPEC begins with: "svhn"
  std::string title;   // what people call it: "SVHN"
  std::string syntax;  // of a SPEC: "svhn:PATH[,lcn]"

  // What follows the colon of a SPEC: a path, which is needed, or a seed, which is not.
  enum class Argument { kPath, kSeed } argument = Argument::kPath;
  // Without options a comma is a part of the path.
  std::vector<DataOption> options{};

  // Opens what `spec`, which is of this kind, names. Checks every size and every label, so that
  // whoever uses the images need not. Files in the cache are made at most once, safely if several
  // processes do so at once. Errors name the file and the byte and say what to do.
  Result<DataSet> (*open)(const DataSpec& spec, const fs::path& cache_folder,
                          const OpenOptions& options) = nullptr;
  std::optional<OfficialFiles> official{};

  ImageSize image_size;                // with an option `size`, that of a SPEC without it
  std::optional<DataCounts> counts{};  // of the official files; none: the user brings any images
  // Empty: validation images are drawn from the whole training set.
  std::vector<HeldOutPart> held_out{};
  // Whether trainings in full mirror its images at random, as section 4.2 does. Digits of streets
  // have a left and a right.
  bool mirrored = true;

  const DataOption* FindOption(std::string_view option) const;
  // Whether it is of picture files, which have no size of their own.
  bool pictures() const { return FindOption("size") != nullptr; }
  // Official training images without those that the usual protocol holds out.
  size_t usual_train_images() const;
};

// In the order in which help names them.
const std::vector<DataKind>& DataKinds();

// The kind that a SPEC or its mere name begins with; null if there is none.
const DataKind* FindDataKind(std::string_view spec);
// A kind that must be there.
const DataKind& KindNamed(std::string_view name);
// The titles of those that are not mirrored.
std::vector<std::string> NeverMirrored();

}  // namespace genet
