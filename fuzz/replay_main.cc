// Runs a fuzz program on the files of its corpus, without libFuzzer: each file as it is, cut short,
// and with one byte changed, in the same way each time. What is wrong ends the process.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "genet/base/file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

constexpr size_t kVariants =
    40;  // of each kind and file: a reader that writes files takes its time

size_t Try(const std::string& input) {
  // A copy without a byte to spare: a sanitizer sees what is read behind it.
  const std::vector<uint8_t> bytes(input.begin(), input.end());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  return 1;
}

size_t TryVariants(const std::string& input) {
  size_t tried = Try(input);
  const size_t step = std::max<size_t>(1, input.size() / kVariants);
  for (size_t at = 0; at < input.size(); at += step) {
    tried += Try(input.substr(0, at));
    std::string changed = input;
    changed[at] = static_cast<char>(changed[at] ^ (1 << at % 8));
    tried += Try(changed);
  }
  return tried;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "name the folder of the corpus\n");
    return 2;
  }
  std::error_code error;
  std::vector<genet::fs::path> files;
  for (const auto& entry : genet::fs::directory_iterator(argv[1], error)) files.push_back(entry);
  std::sort(files.begin(), files.end());
  size_t tried = 0;
  for (const auto& path : files) {
    const auto input = genet::ReadFile(path);
    if (!input) {
      std::fprintf(stderr, "%s\n", input.error().message.c_str());
      return 1;
    }
    tried += TryVariants(*input);
  }
  if (files.empty()) {
    std::fprintf(stderr, "%s: no corpus\n", argv[1]);
    return 1;
  }
  std::printf("%zu inputs from %zu files\n", tried, files.size());
  return 0;
}
