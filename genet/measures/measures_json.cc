#include "genet/measures/measures_json.h"

#include "genet/base/json_reader.h"

namespace genet {

using Json = nlohmann::json;

Json ToJson(const Measures& measures) {
  return {{"accuracy", JsonOf(measures.accuracy)},
          {"loss", JsonOf(measures.loss)},
          {"test_accuracy", JsonOf(measures.test_accuracy)},
          {"class_hits", measures.class_hits},
          {"parameters", JsonOf(measures.parameters)},
          {"multiply_adds", JsonOf(measures.multiply_adds)}};
}

Json ToJson(const Cost& cost) {
  return {{"attempts", cost.attempts},
          {"epochs_resumed", cost.epochs_resumed},
          {"seconds", JsonOf(cost.seconds)},
          {"images_per_second", JsonOf(cost.images_per_second)},
          {"train_seconds_per_image", JsonOf(cost.train_seconds_per_image)},
          {"inference_seconds_per_image", JsonOf(cost.inference_seconds_per_image)},
          {"peak_bytes", JsonOf(cost.peak_bytes)},
          {"finished", cost.finished},
          {"machine", cost.machine},
          {"version", cost.version}};
}

Json CurveToJson(const std::vector<EpochRecord>& curve) {
  Json json = Json::array();
  for (const EpochRecord& record : curve) {
    json.push_back({{"epoch", record.epoch},
                    {"learning_rate", record.learning_rate},
                    {"train_loss", record.train_loss},
                    {"train_accuracy", record.train_accuracy}});
  }
  return json;
}

Result<Measures> MeasuresFromJson(const Json& json) {
  Measures measures;
  JsonReader reader(json, "measures");
  reader.Get("accuracy", measures.accuracy);
  reader.Get("loss", measures.loss);
  reader.Get("test_accuracy", measures.test_accuracy);
  reader.Get("class_hits", measures.class_hits);
  reader.Get("parameters", measures.parameters);
  reader.Get("multiply_adds", measures.multiply_adds);
  GENET_TRY(reader.Finish());
  GENET_TRY(CheckMeasures(measures));
  return measures;
}

Result<Cost> CostFromJson(const Json& json) {
  Cost cost;
  JsonReader reader(json, "cost");
  reader.Get("attempts", cost.attempts);
  reader.Get("epochs_resumed", cost.epochs_resumed);
  reader.Get("seconds", cost.seconds);
  reader.Get("images_per_second", cost.images_per_second);
  reader.Get("train_seconds_per_image", cost.train_seconds_per_image);
  reader.Get("inference_seconds_per_image", cost.inference_seconds_per_image);
  reader.Get("peak_bytes", cost.peak_bytes);
  reader.Get("finished", cost.finished);
  reader.Get("machine", cost.machine);
  reader.Get("version", cost.version);
  GENET_TRY(reader.Finish());
  GENET_TRY(CheckCost(cost));
  return cost;
}

Result<std::vector<EpochRecord>> CurveFromJson(const Json& json) {
  if (!json.is_array()) return Failure("curve: not a list");
  std::vector<EpochRecord> curve;
  for (const Json& item : json) {
    EpochRecord record;
    JsonReader reader(item, fmt::format("curve, record {}", curve.size() + 1));
    reader.Get("epoch", record.epoch);
    reader.Get("learning_rate", record.learning_rate);
    reader.Get("train_loss", record.train_loss);
    reader.Get("train_accuracy", record.train_accuracy);
    GENET_TRY(reader.Finish());
    curve.push_back(record);
  }
  GENET_TRY(CheckCurve(curve));
  return curve;
}

Json ToJson(const Details& details) {
  const Cost& cost = details.cost;
  return {{"curve", CurveToJson(details.curve)},
          {"cost",
           {{"seconds", JsonOf(cost.seconds)},
            {"images_per_second", JsonOf(cost.images_per_second)},
            {"epochs_resumed", cost.epochs_resumed},
            {"peak_bytes", JsonOf(cost.peak_bytes)}}},
          {"machine", cost.machine},
          {"version", cost.version}};
}

Result<Details> DetailsFromText(const std::string& text) {
  Details details;
  if (text.empty()) return details;
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return Failure("details: not JSON");
  JsonReader reader(json, "details");
  const Json& curve = reader.Member("curve");
  JsonReader cost = reader.Object("cost");
  reader.Get("machine", details.cost.machine);
  reader.Get("version", details.cost.version);
  GENET_TRY(reader.Finish());
  cost.Get("seconds", details.cost.seconds);
  cost.Get("images_per_second", details.cost.images_per_second);
  cost.Get("epochs_resumed", details.cost.epochs_resumed);
  cost.Get("peak_bytes", details.cost.peak_bytes);
  GENET_TRY(cost.Finish());
  GENET_TRY(CheckCost(details.cost));
  GENET_ASSIGN(details.curve, CurveFromJson(curve));
  return details;
}

}  // namespace genet
