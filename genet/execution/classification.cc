#include "genet/execution/classification.h"

#include "genet/base/json_reader.h"

namespace genet {

using Json = nlohmann::json;

Status WriteClassification(const fs::path& path, const Json& identity,
                           const Classification& classification) {
  const Json json = {{"features", identity},
                     {"images", classification.images},
                     {"dimensions", classification.dimensions},
                     {"accuracies", classification.accuracies},
                     {"costs", classification.costs},
                     {"cause", classification.cause},
                     {"cost", {{"seconds", classification.seconds}}}};
  return WriteFileAtomically(path, json.dump(2) + "\n");
}

// Older builds wrote more into the file, so only what is wanted is looked at.
Result<Classification> ReadClassification(const fs::path& path, const Json& identity) {
  GENET_ASSIGN(const Json json, ReadJson(path));
  JsonReader reader(json, path.string());
  Classification read;
  reader.Get("images", read.images);
  reader.Get("dimensions", read.dimensions);
  reader.Get("accuracies", read.accuracies);
  reader.Get("costs", read.costs);
  if (reader.Has("cause")) reader.Get("cause", read.cause);
  JsonReader cost = reader.Object("cost");
  cost.Get("seconds", read.seconds);
  if (reader.Member("features") != identity) reader.Fail("is of other features");
  GENET_TRY(reader.Check());
  GENET_TRY(cost.Check());
  return read;
}

}  // namespace genet
