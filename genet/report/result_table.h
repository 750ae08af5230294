// A table of results for people and for programs, with what it must never be read without: scale,
// seeds, data set and cost.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "genet/base/error.h"
#include "genet/base/file.h"

namespace genet {

// Nothing, a text, a whole number, or a number shown with the column's digits. (A std::variant
// would do, but g++ 12 warns of the values that it does not hold.)
class Cell {
 public:
  enum class Kind { kEmpty, kText, kWhole, kReal };

  Cell() = default;
  explicit Cell(std::string text) : kind_(Kind::kText), text_(std::move(text)) {}
  explicit Cell(int64_t number) : kind_(Kind::kWhole), whole_(number) {}
  explicit Cell(double number) : kind_(Kind::kReal), real_(number) {}

  Kind kind() const { return kind_; }
  // Of the cell's own kind only.
  const std::string& text() const { return text_; }
  int64_t whole() const { return whole_; }
  double real() const { return real_; }

 private:
  Kind kind_ = Kind::kEmpty;
  std::string text_;
  int64_t whole_ = 0;
  double real_ = 0;
};

struct Column {
  std::string key;      // in CSV and JSON: "max_percent"
  std::string heading;  // in text: "Max %"
  int digits = 2;       // after the point, of numbers in text
};

struct ResultTable {
  std::string name;   // of its files: "table1"
  std::string title;  // one line
  std::vector<Column> columns = {};
  std::vector<std::vector<Cell>> rows = {};  // a cell a column
  // Label and text, in order: {"scale", "smoke"}, {"seed", "1"}, {"data", "synthetic"},
  // {"accuracy", ...}. `conditions` decide the figures, `cost` depends on the machine.
  std::vector<std::pair<std::string, std::string>> conditions = {}, cost = {};
  std::vector<std::string> notes = {};  // a sentence or more each
  // Figures beside the table, such as a correlation; by name.
  nlohmann::json values = nlohmann::json::object();
};

// Aligned columns below the title, then conditions, cost and notes.
std::string ToText(const ResultTable& table);
// Title, conditions, cost and notes as lines that begin with '#', a header line, a line a row.
std::string ToCsv(const ResultTable& table);
// `table`, `title`, `conditions`, `rows` (objects by column key, an empty cell null), `values`,
// `notes` and `cost`.
nlohmann::json ToJson(const ResultTable& table);

// FOLDER/NAME.txt, .csv and .json.
Status WriteTable(const fs::path& folder, const ResultTable& table);

}  // namespace genet
