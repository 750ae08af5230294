// CIFAR-10 and CIFAR-100, binary versions: https://www.cs.toronto.edu/~kriz/cifar.html
#include <algorithm>
#include <array>
#include <sstream>

#include "genet/data/data_spec.h"
#include "genet/data/kinds.h"
#include "genet/data/records.h"
#include "genet/data/unpack.h"

namespace genet {
namespace {

constexpr int kSide = 32;

// Where a version's files are found.
struct Version {
  const char* name;
  const char* subfolder;  // the folder inside the official archive
  const char* archive;
  const char* first_file;  // stands for the others when looking for the folder
  std::span<const std::string_view> files;
};

constexpr std::array<std::string_view, 7> kCifar10Files = {
    "data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin",
    "data_batch_5.bin", "test_batch.bin",   "batches.meta.txt"};
constexpr std::array<std::string_view, 4> kCifar100Files = {
    "train.bin", "test.bin", "fine_label_names.txt", "coarse_label_names.txt"};
constexpr Version kCifar10 = {"cifar10", "cifar-10-batches-bin", "cifar-10-binary.tar.gz",
                              "data_batch_1.bin", kCifar10Files};
constexpr Version kCifar100 = {"cifar100", "cifar-100-binary", "cifar-100-binary.tar.gz",
                               "train.bin", kCifar100Files};

bool Exists(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

// `path` is the folder of the files, a folder that holds it or the archive, or the archive.
Result<fs::path> FindFolder(const Version& version, const fs::path& path,
                            const fs::path& cache_folder) {
  std::error_code error;
  if (!Exists(path)) {
    return Failure("{0}: no such file or folder; `genet data fetch {1} {0}` gets the files",
                   path.string(), version.name);
  }
  if (!fs::is_directory(path, error)) return UnpackArchive(path, version.files, cache_folder);
  // Any of the files will do: a missing one is then named by name.
  for (const fs::path& folder : {path, path / version.subfolder}) {
    for (const std::string_view file : version.files) {
      if (Exists(folder / file)) return folder;
    }
  }
  const fs::path archive = path / version.archive;
  if (Exists(archive)) return UnpackArchive(archive, version.files, cache_folder);
  return Failure(
      "{0}: holds neither {1} nor {2} nor {3}; `genet data fetch {4} {0}` gets the files",
      path.string(), version.first_file, version.subfolder, version.archive, version.name);
}

Status AddFile(RecordReader& reader, const Version& version, const fs::path& file,
               const fs::path& path) {
  if (Exists(file)) return reader.Add(file);
  const bool is_archive = file.parent_path() != path && !Exists(path / version.subfolder);
  if (is_archive) {
    return Failure("{}: the archive holds no {}; fetch it again", path.string(),
                   file.filename().string());
  }
  return Failure("{}: missing; `genet data fetch {} DIR` gets all files", file.string(),
                 version.name);
}

// The lines that are not empty; none if there is no such file.
Result<std::vector<std::string>> ReadNames(const fs::path& path) {
  std::vector<std::string> names;
  if (!Exists(path)) return names;
  GENET_ASSIGN(const std::string text, ReadFile(path));
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (!line.empty()) names.push_back(line);
  }
  return names;
}

Result<DataSet> OpenCifar10(const DataSpec& spec, const fs::path& cache_folder,
                            const OpenOptions&) {
  const fs::path path = spec.path;
  GENET_ASSIGN(const fs::path folder, FindFolder(kCifar10, path, cache_folder));
  DataSet set{.name = "cifar10",
              .class_names = {"airplane", "automobile", "bird", "cat", "deer", "dog", "frog",
                              "horse", "ship", "truck"},
              .train = {},
              .test = {}};
  GENET_ASSIGN(std::vector<std::string> names, ReadNames(folder / "batches.meta.txt"));
  if (!names.empty() && names.size() != 10) {
    return Failure("{}: {} class names, expected 10; fetch it again",
                   (folder / "batches.meta.txt").string(), names.size());
  }
  if (!names.empty()) set.class_names = std::move(names);

  const RecordFormat format{
      .labels = {{"label", 10}}, .channels = 3, .height = kSide, .width = kSide};
  RecordReader train(format), test(format);
  for (int batch = 1; batch <= 5; ++batch) {
    GENET_TRY(AddFile(train, kCifar10, folder / fmt::format("data_batch_{}.bin", batch), path));
  }
  GENET_TRY(AddFile(test, kCifar10, folder / "test_batch.bin", path));
  set.train = train.Take();
  set.test = test.Take();
  return set;
}

Result<DataSet> OpenCifar100(const DataSpec& spec, const fs::path& cache_folder,
                             const OpenOptions&) {
  const fs::path path = spec.path;
  GENET_ASSIGN(const fs::path folder, FindFolder(kCifar100, path, cache_folder));
  DataSet set{.name = "cifar100", .class_names = {}, .train = {}, .test = {}};
  const fs::path names_file = folder / "fine_label_names.txt";
  GENET_ASSIGN(set.class_names, ReadNames(names_file));
  if (set.class_names.size() > 256) {
    return Failure("{}: {} class names, but a label is one byte; fetch it again",
                   names_file.string(), set.class_names.size());
  }
  if (set.class_names.empty()) {
    for (int c = 0; c < 100; ++c) set.class_names.push_back(fmt::format("class {}", c));
  }
  GENET_ASSIGN(const std::vector<std::string> coarse, ReadNames(folder / "coarse_label_names.txt"));
  const int coarse_limit = coarse.empty() ? 20 : static_cast<int>(coarse.size());

  const RecordFormat format{.labels = {{"coarse label", coarse_limit}, {"label", set.classes()}},
                            .channels = 3,
                            .height = kSide,
                            .width = kSide};
  RecordReader train(format), test(format);
  GENET_TRY(AddFile(train, kCifar100, folder / "train.bin", path));
  GENET_TRY(AddFile(test, kCifar100, folder / "test.bin", path));
  set.train = train.Take();
  set.test = test.Take();
  return set;
}

// `md5` is that of the archive.
DataKind Kind(const Version& version, const char* title, const char* md5, int classes) {
  DataKind kind{.name = version.name,
                .title = title,
                .syntax = fmt::format("{}:PATH", version.name),
                .image_size = {3, kSide, kSide},
                .counts = DataCounts{50000, 10000, classes}};
  kind.official = OfficialFiles{.name = version.name,
                                .address = "https://www.cs.toronto.edu/~kriz/",
                                .files = {{version.archive, fmt::format("md5:{}", md5)}}};
  return kind;
}

}  // namespace

DataKind Cifar10Kind() {
  DataKind kind = Kind(kCifar10, "CIFAR-10", "c32a1d4ab5d03f1284b67883e8d87530", 10);
  kind.open = OpenCifar10;
  return kind;
}

DataKind Cifar100Kind() {
  DataKind kind = Kind(kCifar100, "CIFAR-100", "03b5dce01913d631647c71ecec9e9cb8", 100);
  kind.open = OpenCifar100;
  return kind;
}

}  // namespace genet
