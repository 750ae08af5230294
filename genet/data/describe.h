// What a data set holds, for people and for programs (`genet data info SPEC`).
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "genet/data/data_set.h"

namespace genet {

struct PartDescription {
  size_t images = 0;
  std::vector<size_t> images_per_class;
  ChannelStatistics channels;
};

struct DataSetDescription {
  std::string name;
  int channels = 0, height = 0, width = 0;
  std::vector<std::string> class_names;
  PartDescription train, test;
  // Of the usual protocol, one for each file that validation images are held out of.
  std::vector<ValidationSource> validation_sources;
  std::vector<std::string> notes;
};

DataSetDescription DescribeDataSet(const DataSet& set);
nlohmann::json DescriptionToJson(const DataSetDescription& description);
// Several lines, the last one ended.
std::string DescriptionToText(const DataSetDescription& description);

}  // namespace genet
