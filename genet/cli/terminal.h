// The line at the foot of a terminal that tells how far the work is.
#pragma once

#include <string>

namespace genet::cli {

// On standard error. Anything else written there is preceded by Clear().
class LiveLine {
 public:
  // Not shown: nothing is ever written, no control characters either.
  explicit LiveLine(bool shown) : shown_(shown) {}

  bool shown() const { return shown_; }
  // Takes the place of what was drawn before. Cut to the width of the terminal: a line that wraps
  // could not be taken back.
  void Draw(const std::string& line) const;
  void Clear() const;

 private:
  bool shown_;
};

// `line`, or its beginning and "..." if it does not fit into `columns`.
std::string CutTo(const std::string& line, size_t columns);

}  // namespace genet::cli
