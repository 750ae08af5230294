#include "genet/report/result_table.h"

#include <algorithm>

#include "genet/base/check.h"

namespace genet {
namespace {

std::string TextOf(const Cell& cell, const Column& column) {
  switch (cell.kind()) {
    case Cell::Kind::kText:
      return cell.text();
    case Cell::Kind::kWhole:
      return std::to_string(cell.whole());
    case Cell::Kind::kReal:
      return fmt::format("{:.{}f}", cell.real(), column.digits);
    case Cell::Kind::kEmpty:
      break;
  }
  return "-";
}

nlohmann::json JsonOf(const Cell& cell) {
  switch (cell.kind()) {
    case Cell::Kind::kText:
      return cell.text();
    case Cell::Kind::kWhole:
      return cell.whole();
    case Cell::Kind::kReal:
      return cell.real();
    case Cell::Kind::kEmpty:
      break;
  }
  return nullptr;
}

// Columns (of characters) that a text takes, all of them ASCII or two bytes of UTF-8.
size_t Width(const std::string& text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string CsvField(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

void AddLine(std::string& text, std::string line) {
  while (!line.empty() && line.back() == ' ') line.pop_back();
  text += line + "\n";
}

}  // namespace

std::string ToText(const ResultTable& table) {
  const size_t count = table.columns.size();
  std::vector<size_t> widths(count);
  std::vector<bool> left(count);  // a column with any text in it is flush left
  for (size_t c = 0; c < count; ++c) {
    widths[c] = Width(table.columns[c].heading);
    for (const std::vector<Cell>& row : table.rows) {
      GENET_CHECK(row.size() == count, "{}: a row has {} cells", table.name, row.size());
      widths[c] = std::max(widths[c], Width(TextOf(row[c], table.columns[c])));
      left[c] = left[c] || row[c].kind() == Cell::Kind::kText;
    }
  }
  const auto line = [&](const auto& text_of) {
    std::string out;
    for (size_t c = 0; c < count; ++c) {
      const std::string text = text_of(c);
      const std::string space(widths[c] - Width(text), ' ');
      out += (c == 0 ? "" : "  ") + (left[c] ? text + space : space + text);
    }
    return out;
  };
  std::string text = table.title + "\n\n";
  AddLine(text, line([&](size_t c) { return table.columns[c].heading; }));
  for (const std::vector<Cell>& row : table.rows) {
    AddLine(text, line([&](size_t c) { return TextOf(row[c], table.columns[c]); }));
  }
  text += "\n";
  for (const auto* list : {&table.conditions, &table.cost}) {
    for (const auto& [label, value] : *list) text += fmt::format("{:<10}{}\n", label, value);
  }
  for (const std::string& note : table.notes) text += "* " + note + "\n";
  return text;
}

std::string ToCsv(const ResultTable& table) {
  std::string csv = "# " + table.title + "\n";
  for (const auto* list : {&table.conditions, &table.cost}) {
    for (const auto& [label, value] : *list) csv += fmt::format("# {}: {}\n", label, value);
  }
  for (const std::string& note : table.notes) csv += "# " + note + "\n";
  std::string line;
  for (const Column& column : table.columns) line += (line.empty() ? "" : ",") + column.key;
  csv += line + "\n";
  for (const std::vector<Cell>& row : table.rows) {
    for (size_t c = 0; c < row.size(); ++c) {
      if (c > 0) csv += ",";
      if (row[c].kind() == Cell::Kind::kReal) {
        csv += fmt::format("{}", row[c].real());  // reads back to the same bits
      } else if (row[c].kind() != Cell::Kind::kEmpty) {
        csv += CsvField(TextOf(row[c], table.columns[c]));
      }
    }
    csv += "\n";
  }
  return csv;
}

nlohmann::json ToJson(const ResultTable& table) {
  nlohmann::json json = {{"table", table.name},
                         {"title", table.title},
                         {"conditions", nlohmann::json::object()},
                         {"rows", nlohmann::json::array()},
                         {"values", table.values},
                         {"notes", table.notes},
                         {"cost", nlohmann::json::object()}};
  for (const auto& [label, value] : table.conditions) json["conditions"][label] = value;
  for (const auto& [label, value] : table.cost) json["cost"][label] = value;
  for (const std::vector<Cell>& row : table.rows) {
    nlohmann::json object = nlohmann::json::object();
    for (size_t c = 0; c < row.size(); ++c) {
      object[table.columns[c].key] = JsonOf(row[c]);
    }
    json["rows"].push_back(std::move(object));
  }
  return json;
}

Status WriteTable(const fs::path& folder, const ResultTable& table) {
  GENET_TRY(MakeFolders(folder));
  GENET_TRY(WriteFileAtomically(folder / (table.name + ".txt"), ToText(table)));
  GENET_TRY(WriteFileAtomically(folder / (table.name + ".csv"), ToCsv(table)));
  return WriteFileAtomically(folder / (table.name + ".json"), ToJson(table).dump(2) + "\n");
}

}  // namespace genet
