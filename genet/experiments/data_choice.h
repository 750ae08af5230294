// Which of the data sets given each experiment takes.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace genet {

// What searches, table2 and wrn take of the data sets given: all but pictures, or pictures if there
// is nothing else.
std::vector<std::string> SmallSets(const std::vector<std::string>& data);
// What table3 trains on: the first set of pictures that everybody has the same of (imagenet:);
// without one the first of several sets of own pictures (images:), or one that stands alone.
std::optional<std::string> LargeSet(const std::vector<std::string>& data);
// The pictures that caltech classifies: the last set of own pictures. Its networks train on the
// large set if that is another, or else on the first set that is not of pictures.
std::optional<std::string> Categories(const std::vector<std::string>& data);
std::optional<std::string> CaltechTrainingSet(const std::vector<std::string>& data);

}  // namespace genet
