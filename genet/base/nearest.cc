#include "genet/base/nearest.h"

#include <algorithm>
#include <numeric>

namespace genet {
namespace {

// Letters to be inserted, removed or exchanged.
int EditDistance(std::string_view a, std::string_view b) {
  std::vector<int> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (size_t i = 1; i <= a.size(); ++i) {
    int diagonal = row[0];
    row[0] = static_cast<int>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const int substituted = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({substituted, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string Nearest(std::string_view word, const std::vector<std::string>& candidates) {
  std::string best;
  // One more than what still counts as a slip.
  int best_distance =
      static_cast<int>(std::min(word.size(), std::max<size_t>(2, word.size() / 2) + 1));
  for (const std::string& candidate : candidates) {
    if (const int distance = EditDistance(word, candidate); distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace genet
