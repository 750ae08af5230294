#include "genet/data/describe.h"

#include <algorithm>

namespace genet {
namespace {

PartDescription DescribePart(const ImageList& images, int classes) {
  PartDescription part{.images = images.size(),
                       .images_per_class = std::vector<size_t>(static_cast<size_t>(classes)),
                       .channels = MeasureChannels(images)};
  for (size_t i = 0; i < images.size(); ++i) {
    ++part.images_per_class[static_cast<size_t>(images.label(i))];
  }
  return part;
}

nlohmann::json PartToJson(const PartDescription& part) {
  return {{"images", part.images},
          {"images_per_class", part.images_per_class},
          {"mean", part.channels.mean},
          {"deviation", part.channels.deviation}};
}

std::string Numbers(const std::vector<double>& values) {
  std::string text;
  for (const double value : values) text += fmt::format(" {:.4f}", value);
  return text;
}

std::string PartToText(const char* name, const PartDescription& part) {
  return fmt::format("{:<6} {} images, mean{}, deviation{}\n", name, part.images,
                     Numbers(part.channels.mean), Numbers(part.channels.deviation));
}

}  // namespace

DataSetDescription DescribeDataSet(const DataSet& set) {
  return {.name = set.name,
          .channels = set.train.channels(),
          .height = set.train.height(),
          .width = set.train.width(),
          .class_names = set.class_names,
          .train = DescribePart(set.train, set.classes()),
          .test = DescribePart(set.test, set.classes()),
          .validation_sources = set.validation_sources,
          .notes = set.notes};
}

nlohmann::json DescriptionToJson(const DataSetDescription& description) {
  return {{"name", description.name},
          {"channels", description.channels},
          {"height", description.height},
          {"width", description.width},
          {"classes", description.class_names.size()},
          {"class_names", description.class_names},
          {"train", PartToJson(description.train)},
          {"test", PartToJson(description.test)},
          {"notes", description.notes}};
}

std::string DescriptionToText(const DataSetDescription& description) {
  std::string text =
      fmt::format("{}: {} classes, {} x {} pixels, {} channel{}\n", description.name,
                  description.class_names.size(), description.height, description.width,
                  description.channels, description.channels == 1 ? "" : "s");
  text += PartToText("train", description.train);
  text += PartToText("test", description.test);
  for (const ValidationSource& source : description.validation_sources) {
    text += fmt::format("validation usually takes {} images a class of {} ({} images)\n",
                        source.held_out_per_class, source.name, source.images);
  }
  for (const std::string& note : description.notes) text += fmt::format("note: {}\n", note);
  size_t width = 5;
  for (const std::string& name : description.class_names) width = std::max(width, name.size());
  text += fmt::format("{:<{}}  {:>7}  {:>7}\n", "class", width, "train", "test");
  for (size_t c = 0; c < description.class_names.size(); ++c) {
    text +=
        fmt::format("{:<{}}  {:>7}  {:>7}\n", description.class_names[c], width,
                    description.train.images_per_class[c], description.test.images_per_class[c]);
  }
  return text;
}

}  // namespace genet
