// SPECs, which name data sets everywhere: KIND, KIND:SEED, KIND:PATH or KIND:PATH,OPTION,...
// (docs/data.md). This is the one place that takes a SPEC apart.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "genet/base/error.h"
#include "genet/data/data_kind.h"

namespace genet {

struct SpecOption {
  std::string name;
  std::string value{};  // after "=": "64"
  int number = 0;       // the value, if the option has limits
};

struct DataSpec {
  const DataKind* kind = nullptr;     // of DataKinds(), never null
  std::string text;                   // as it was given
  std::string path{};                 // of a kind that takes one
  uint64_t seed = 0;                  // of a kind that takes one
  std::vector<SpecOption> options{};  // in the order given; of two of one name the later one counts

  bool Says(std::string_view option) const;
};

// The options of a kind with a path start at the first comma after the last slash, so a folder with
// a comma in its name is written with a slash at its end. A usage error names an unknown kind, a
// missing path, an unknown option, a number out of its limits.
Result<DataSpec> ParseDataSpec(std::string_view text);

// These change the text of a SPEC. What is no SPEC stays as it is: opening it says what is wrong.
//
// With an absolute path: a relative one would name another folder when a run goes on elsewhere.
std::string WithAbsolutePath(std::string_view text);
// With the option size=`side` in place of its own size and shorter, if it is one of pictures.
std::string WithPictureSize(std::string_view text, int side);
// Whether it is one of pictures and says neither size nor shorter.
bool LacksPictureSize(std::string_view text);

// "synthetic, synthetic:SEED, ... and imagenet:PATH[,size=N,...]": the syntax of all kinds.
std::string KnownSpecs(std::string_view last_word);
// What an option of the command line that takes a SPEC says in its help.
std::string DataSpecHelp();

}  // namespace genet
