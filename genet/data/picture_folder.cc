#include "genet/data/picture_folder.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <sstream>

#include "genet/base/random.h"
#include "genet/data/picture.h"

namespace genet {
namespace {

bool IsHidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

// The names of the folders in `folder`, sorted.
Result<std::vector<std::string>> Folders(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    if (at->is_directory(ignored) && !IsHidden(at->path())) {
      names.push_back(at->path().filename().string());
    }
  }
  if (error) return Failure("cannot read {}: {}", folder.string(), error.message());
  std::sort(names.begin(), names.end());
  return names;
}

class Finder {
 public:
  explicit Finder(const fs::path& folder) : folder_(folder) {}

  // The pictures in folder/part to any depth, or only of the folder itself, sorted by name.
  Result<std::vector<std::string>> Pictures(const std::string& part, bool deep) {
    std::vector<std::string> files;
    std::error_code error;
    for (fs::recursive_directory_iterator
             at(folder_ / part, fs::directory_options::follow_directory_symlink, error),
         end;
         !error && at != end; at.increment(error)) {
      std::error_code failure;
      if (at->is_directory(failure)) {
        if (!deep || IsHidden(at->path())) at.disable_recursion_pending();
        continue;
      }
      if (IsHidden(at->path())) continue;
      if (!HasPictureName(at->path())) {
        ++passed_over_;
        continue;
      }
      files.push_back(at->path().lexically_relative(folder_).generic_string());
    }
    if (error) {
      return Failure("cannot read {}: {}", (folder_ / part).string(), error.message());
    }
    std::sort(files.begin(), files.end());
    for (const std::string& file : files) GENET_TRY(AddToFingerprint(file));
    return files;
  }

  // The pictures of each of the classes in folder/part/CLASS.
  Result<std::vector<Picture>> Classes(const std::string& part,
                                       const std::vector<std::string>& names,
                                       const std::vector<std::string>& class_names) {
    std::vector<Picture> pictures;
    for (const std::string& name : names) {
      const auto place = std::lower_bound(class_names.begin(), class_names.end(), name);
      const std::string below = part.empty() ? name : part + "/" + name;
      if (place == class_names.end() || *place != name) {
        return Failure("{}: the training set has no such class; remove the folder or add one",
                       (folder_ / below).string());
      }
      GENET_ASSIGN(const std::vector<std::string> files, Pictures(below, true));
      if (files.empty()) {
        return Failure("{}: a class without pictures; add some or remove the folder",
                       (folder_ / below).string());
      }
      for (const std::string& file : files) {
        pictures.push_back({file, static_cast<int32_t>(place - class_names.begin())});
      }
    }
    return pictures;
  }

  Status AddToFingerprint(const std::string& file) {
    std::error_code error;
    const auto size = fs::file_size(folder_ / file, error);
    const auto time = error ? fs::file_time_type() : fs::last_write_time(folder_ / file, error);
    if (error) return Failure("cannot read {}: {}", (folder_ / file).string(), error.message());
    Mix(fmt::format("{}\n{} {}\n", file, size, time.time_since_epoch().count()));
    return {};
  }

  uint64_t fingerprint() const { return fingerprint_; }
  size_t passed_over() const { return passed_over_; }

 private:
  // FNV-1a: a million names in no time.
  void Mix(std::string_view text) {
    for (const char c : text) {
      fingerprint_ = (fingerprint_ ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
  }

  const fs::path& folder_;
  uint64_t fingerprint_ = 0xcbf29ce484222325;
  size_t passed_over_ = 0;
};

// Class by name of picture, with and without its extension.
Result<std::map<std::string, int32_t>> ReadLabelFile(const fs::path& path,
                                                     const std::vector<std::string>& class_names) {
  GENET_ASSIGN(std::string text, ReadFile(path));
  std::replace(text.begin(), text.end(), ',', ' ');
  std::istringstream lines(text);
  std::map<std::string, int32_t> labels;
  size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    std::istringstream words(line);
    std::string picture, name;
    words >> picture >> name;
    if (picture.empty() || picture == "ImageId") continue;
    if (name.empty()) {
      return Failure(
          "{}: line {} has one word; a picture's name and its class folder or number are needed",
          path.string(), number);
    }
    const auto place = std::lower_bound(class_names.begin(), class_names.end(), name);
    int32_t label = static_cast<int32_t>(place - class_names.begin());
    if (place == class_names.end() || *place != name) {
      const auto [end, code] = std::from_chars(name.data(), name.data() + name.size(), label);
      if (code != std::errc() || end != name.data() + name.size() || label < 0 ||
          static_cast<size_t>(label) >= class_names.size()) {
        return Failure("{}: line {}: '{}' is neither a class folder of train nor a number 0 to {}",
                       path.string(), number, name, class_names.size() - 1);
      }
    }
    labels[fs::path(picture).stem().string()] = label;
  }
  return labels;
}

Result<std::vector<Picture>> LabelledByFile(Finder& finder, const PictureFolder& set,
                                            const std::string& part,
                                            const PictureFolderOptions& options) {
  std::vector<std::string> names = {"val.txt", "LOC_val_solution.csv", part + "/val.txt",
                                    part + "/labels.txt"};
  if (!options.label_file.empty()) names = {options.label_file};
  std::error_code error;
  const auto found = std::find_if(names.begin(), names.end(), [&](const std::string& name) {
    return fs::exists(set.folder / name, error);
  });
  if (found == names.end()) {
    return Failure(
        "{}: holds pictures without class folders, and there is no {} beside it with their "
        "classes; "
        "name the label file by ,labels=NAME",
        (set.folder / part).string(), names.front());
  }
  const fs::path label_path = set.folder / *found;
  GENET_TRY(finder.AddToFingerprint(*found));
  GENET_ASSIGN(const auto labels, ReadLabelFile(label_path, set.class_names));
  GENET_ASSIGN(const std::vector<std::string> files, finder.Pictures(part, false));
  std::vector<Picture> pictures;
  for (const std::string& file : files) {
    const auto label = labels.find(fs::path(file).stem().string());
    if (label == labels.end()) {
      return Failure("{}: has no line for {}", label_path.string(), file);
    }
    pictures.push_back({file, label->second});
  }
  std::stable_sort(pictures.begin(), pictures.end(),
                   [](const Picture& a, const Picture& b) { return a.label < b.label; });
  return pictures;
}

// Moves the given share of each class from train to test.
Status SplitOff(PictureFolder& set, const PictureFolderOptions& options) {
  std::vector<std::vector<Picture>> members(set.class_names.size());
  for (Picture& picture : set.train) {
    members[static_cast<size_t>(picture.label)].push_back(std::move(picture));
  }
  set.train.clear();
  const RandomKey key = RandomKey(options.seed).Derive("test pictures");
  for (size_t c = 0; c < members.size(); ++c) {
    const size_t all = members[c].size();
    const size_t test = std::max<size_t>(1, all * static_cast<size_t>(options.test_percent) / 100);
    if (test >= all) {
      return Failure(
          "{}: {} picture(s) cannot be split into training and test; add some, or remove the "
          "folder",
          (set.folder / set.class_names[c]).string(), all);
    }
    std::vector<uint32_t> order(all);
    for (size_t i = 0; i < all; ++i) order[i] = static_cast<uint32_t>(i);
    RandomStream stream(key.Derive(set.class_names[c]));
    Shuffle(stream, std::span(order));
    std::sort(order.begin(), order.begin() + static_cast<ptrdiff_t>(test));
    std::sort(order.begin() + static_cast<ptrdiff_t>(test), order.end());
    for (size_t i = 0; i < all; ++i) {
      (i < test ? set.test : set.train).push_back(std::move(members[c][order[i]]));
    }
  }
  return {};
}

Status CheckClasses(const fs::path& folder, const std::vector<std::string>& names) {
  if (names.empty()) {
    return Failure("{}: holds no class folders; a folder of pictures for each class is needed",
                   folder.string());
  }
  if (names.size() == 1) {
    return Failure("{}: holds one class only ({}); at least two are needed", folder.string(),
                   names[0]);
  }
  return {};
}

}  // namespace

Result<PictureFolder> FindPictures(const fs::path& folder, const PictureFolderOptions& options) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    return Failure("{}: no such folder; name one that holds train/CLASS/... or CLASS/...",
                   folder.string());
  }
  PictureFolder set;
  set.folder = folder;
  Finder finder(folder);
  const bool has_train = fs::is_directory(folder / "train", error);
  GENET_ASSIGN(set.class_names, Folders(has_train ? folder / "train" : folder));
  GENET_TRY(CheckClasses(has_train ? folder / "train" : folder, set.class_names));
  GENET_ASSIGN(set.train,
               finder.Classes(has_train ? "train" : "", set.class_names, set.class_names));
  if (!has_train) {
    GENET_TRY(SplitOff(set, options));
  } else {
    std::string part;
    bool by_folders = false;
    for (const char* name : {"test", "val"}) {
      if (!fs::is_directory(folder / name, error)) continue;
      GENET_ASSIGN(const std::vector<std::string> names, Folders(folder / name));
      if (names.empty() && !options.label_file_allowed) continue;
      if (names.empty() && std::string_view(name) == "test") continue;  // ImageNet's has no labels
      if (!part.empty()) {
        set.notes.push_back(fmt::format("{} is not used: {} is the test set",
                                        (folder / name).string(), (folder / part).string()));
        continue;
      }
      part = name;
      by_folders = !names.empty();
      if (by_folders) {
        GENET_ASSIGN(set.test, finder.Classes(part, names, set.class_names));
      }
    }
    if (part.empty()) {
      return Failure("{}: holds train, but neither test nor val with class folders",
                     folder.string());
    }
    if (!by_folders) {
      GENET_ASSIGN(set.test, LabelledByFile(finder, set, part, options));
      if (set.test.empty()) {
        return Failure("{}: holds no pictures", (folder / part).string());
      }
    }
  }
  if (finder.passed_over() > 0) {
    set.notes.push_back(fmt::format(
        "{} file(s) that are no pictures by their names were passed over", finder.passed_over()));
  }
  set.fingerprint = finder.fingerprint();
  return set;
}

}  // namespace genet
