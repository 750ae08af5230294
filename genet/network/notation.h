// A cursor over a base network in the paper's notation. Errors name the column, counted from 1.
#pragma once

#include <string>
#include <string_view>

#include "genet/base/error.h"

namespace genet {

class NotationReader {
 public:
  // `text` must outlive the reader.
  explicit NotationReader(std::string_view text) : text_(text) {}

  bool done() const { return at_ == text_.size(); }
  int column() const { return static_cast<int>(at_) + 1; }

  // Whether the text goes on with `token`, which is then passed.
  bool Take(std::string_view token);
  Status Expect(std::string_view token);
  // A whole number in [least, most]; `what` names it in the error.
  Result<int> Integer(std::string_view what, int least, int most);
  // A dropout rate in [0, 1): digits with a point, no exponent, so that '-' stays a separator.
  Result<double> Rate();
  // The rest of the current layer, for messages.
  std::string Found() const;

 private:
  const char* begin() const { return text_.data() + at_; }
  const char* end() const { return text_.data() + text_.size(); }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace genet
