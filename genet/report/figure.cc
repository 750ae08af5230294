#include "genet/report/figure.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "genet/base/check.h"
#include "genet/base/printable.h"
#include "genet/base/process.h"

namespace genet {
namespace {

double Percent(double fraction) { return 100 * fraction; }

// One line as a string of gnuplot's. In single quotes nothing means anything but the quote itself;
// in double quotes text between backticks is a command to run. A quote stands between two strings
// of its own kind, for gnuplot misreads a doubled one where a string begins.
std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += R"('."'".')";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

constexpr const char* kColours[] = {"#1b6ca8", "#d1495b", "#3a7d44", "#8a5a9e"};

// Least and greatest of the values with a twentieth of their distance around them.
std::string Range(const std::vector<double>& values) {
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  const double margin = std::max((*greatest - *least) / 20, 0.05);
  return fmt::format("[{:.4f}:{:.4f}]", *least - margin, *greatest + margin);
}

constexpr const char* kLook =
    "set grid lc rgb '#dddddd'\n"
    "set border lc rgb '#555555'\n"
    "set key noenhanced\n"
    "set title noenhanced\n";

// A title of as many lines as it takes.
std::string Title(const std::string& text) {
  constexpr size_t kWidth = 100;
  std::string title, line;
  const auto end_line = [&] {
    title += (title.empty() ? "" : ".\"\\n\".") + Quoted(Printable(line));
    line.clear();
  };
  for (const char c : text) {
    if (c == '\n' || (c == ' ' && line.size() >= kWidth)) {
      end_line();
    } else {
      line += c;
    }
  }
  end_line();
  return title + " noenhanced font ',12'";
}

}  // namespace

Figure MeanFigure(const std::string& name, const std::string& title,
                  const std::vector<Series>& series) {
  std::string blocks, plots;
  int last = 0;
  for (size_t s = 0; s < series.size(); ++s) {
    blocks += fmt::format("# generation, mean, lowest, highest (%)\n$series{} << EOD\n", s + 1);
    // Series stand a little apart, so that their bars do not hide each other.
    const double shift = 0.12 * (static_cast<double>(s) - (series.size() - 1) / 2.0);
    for (const TableRow& row : series[s].rows) {
      if (row.statistics.count == 0) continue;
      last = std::max(last, row.generation);
      blocks +=
          fmt::format("{} {:.4f} {:.4f} {:.4f}\n", row.generation, Percent(row.statistics.mean),
                      Percent(row.statistics.min), Percent(row.statistics.max));
    }
    blocks += "EOD\n";
    const char* colour = kColours[s % std::size(kColours)];
    plots += fmt::format(
        "{0}$series{1} using ($1{2:+.2f}):2:3:4 with yerrorbars pt 7 ps 0.6 lc rgb '{3}' notitle, "
        "\\\n  $series{1} using ($1{2:+.2f}):2 with lines lw 2 lc rgb '{3}' title {4}",
        s == 0 ? "" : ", \\\n  ", s + 1, shift, colour, Quoted(Printable(series[s].label)));
  }
  return {name, blocks + kLook + fmt::format("set title {}\n", Title(title)) +
                    "set xlabel 'generation'\nset ylabel 'accuracy (%)'\nset key bottom right\n" +
                    fmt::format("set xtics {} nomirror\nset xrange [-0.5:{}.5]\n",
                                last > 12 ? 5 : 1, last) +
                    "set offsets 0, 0, graph 0.05, graph 0.05\nplot " + plots + "\n"};
}

Figure InheritanceFigure(const std::string& name, const std::string& title,
                         const std::vector<Inheritance>& inheritance) {
  GENET_CHECK(!inheritance.empty());
  std::vector<double> parents, children, means;
  for (const Inheritance& one : inheritance) {
    parents.push_back(Percent(one.parent));
    parents.push_back(Percent(one.partner));
    children.push_back(Percent(one.child));
    means.push_back(Percent(one.parents()));
  }
  const std::string range = Range(parents);
  const std::string floor = range.substr(1, range.find(':') - 1);
  std::string blocks;
  for (const bool crossover : {false, true}) {
    blocks += fmt::format("# parent, partner, child (%)\n${} << EOD\n",
                          crossover ? "crossover" : "mutation");
    for (const Inheritance& one : inheritance) {
      if (one.crossover != crossover) continue;
      blocks += fmt::format("{:.4f} {:.4f} {:.4f}\n", Percent(one.parent), Percent(one.partner),
                            Percent(one.child));
    }
    blocks += "EOD\n";
  }
  const auto [worst, best] = std::minmax_element(children.begin(), children.end());
  const bool crossed = std::any_of(inheritance.begin(), inheritance.end(),
                                   [](const Inheritance& one) { return one.crossover; });
  const bool mutated = std::any_of(inheritance.begin(), inheritance.end(),
                                   [](const Inheritance& one) { return !one.crossover; });
  const auto list = [&](const std::string& mutation, const std::string& crossover) {
    std::string plots;
    if (mutated) plots += mutation;
    if (crossed) plots += (plots.empty() ? "" : ", \\\n  ") + crossover;
    return plots;
  };
  std::string script = blocks + kLook;
  script += fmt::format("worst = {:.4f}\nspan = {:.4f}\nsize(x) = 0.5 + 1.5 * (x - worst) / span\n",
                        *worst, std::max(*best - *worst, 1e-4));
  script += fmt::format("set multiplot layout 1,2 title {}\n", Title(title));
  script +=
      "set palette defined (0 '#2b5fd9', 0.5 '#b78fbf', 1 '#d7263d')\n"
      "set cblabel 'child (%)'\n"
      "set title 'parents; mutation on the axis'\n"
      "set xlabel 'first parent (%)'\nset ylabel 'second parent (%)'\n";
  script += fmt::format("set xrange {0}\nset yrange {0}\n", range);
  script += "plot " +
            list(fmt::format("$mutation using 1:({}):(size($3)):3 with points pt 7 ps variable lc "
                             "palette notitle",
                             floor),
                 "$crossover using 1:2:(size($3)):3 with points pt 7 ps variable lc palette "
                 "notitle") +
            "\n";
  script +=
      "unset colorbox\nset title 'child over its parents'\n"
      "set xlabel 'mean of the parents (%)'\nset ylabel 'child (%)'\nset key top left\n";
  script += fmt::format("set xrange {}\nset yrange {}\n", Range(means), Range(children));
  script += "plot " +
            list(fmt::format("$mutation using 1:3 with points pt 7 ps 0.8 lc rgb '{}' title "
                             "'mutation'",
                             kColours[0]),
                 fmt::format("$crossover using (($1+$2)/2):3 with points pt 5 ps 0.8 lc rgb '{}' "
                             "title 'crossover'",
                             kColours[1])) +
            ", \\\n  x with lines dt 2 lc rgb '#888888' title 'child = parents'\n"
            "unset multiplot\n";
  return {name, script};
}

Figure ComplexityFigure(const std::string& name, const std::string& title,
                        const std::vector<SeenGenome>& seen) {
  GENET_CHECK(!seen.empty());
  std::string script =
      "# 1-bits, multiply-adds (millions), accuracy (%), isolated nodes\n$seen << EOD\n";
  for (const SeenGenome& one : seen) {
    script +=
        fmt::format("{} {:.6f} {:.4f} {}\n", one.ones, static_cast<double>(one.multiply_adds) / 1e6,
                    Percent(one.accuracy), one.isolated);
  }
  script += std::string("EOD\n") + kLook;
  script += fmt::format("set multiplot layout 1,2 title {}\n", Title(title));
  script +=
      "set ylabel 'accuracy (%)'\nset offsets graph 0.05, graph 0.05, graph 0.05, graph 0.05\n";
  script += fmt::format(
      "set xlabel '1-bits'\nplot $seen using 1:3 with points pt 7 ps 0.7 lc rgb '{}' notitle\n"
      "set xlabel 'multiply-adds per image (millions)'\n"
      "plot $seen using 2:3 with points pt 7 ps 0.7 lc rgb '{}' notitle\nunset multiplot\n",
      kColours[0], kColours[1]);
  return {name, script};
}

std::optional<fs::path> FindGnuplot() {
  const char* path = std::getenv("PATH");
  std::string_view left = path ? path : "/usr/local/bin:/usr/bin:/bin";
  while (!left.empty()) {
    const size_t colon = std::min(left.find(':'), left.size());
    const fs::path program = fs::path(left.substr(0, colon)) / "gnuplot";
    if (program.is_absolute() && ::access(program.c_str(), X_OK) == 0) return program;
    left.remove_prefix(std::min(colon + 1, left.size()));
  }
  return std::nullopt;
}

Status DrawFigure(const fs::path& folder, const Figure& figure,
                  const std::optional<fs::path>& gnuplot) {
  GENET_TRY(MakeFolders(folder));
  const fs::path script = folder / (figure.name + ".gp");
  GENET_TRY(WriteFileAtomically(script, figure.script));
  if (!gnuplot) {
    return Failure(
        "{}: gnuplot is not installed, so only its data are written; apt-get install "
        "gnuplot-nox draws it",
        figure.name);
  }
  if (script.string().find_first_of("\n\r") != std::string::npos) {
    return Failure("{}: gnuplot takes no name of a folder that has several lines", figure.name);
  }
  const fs::path log = folder / (figure.name + ".log");
  std::error_code ignored;
  for (const auto& [suffix, terminal] :
       {std::pair{".svg", "svg size 1000,560 font 'sans,13' background '#ffffff'"},
        std::pair{".png", "pngcairo size 1500,840 font 'sans,16'"}}) {
    fs::remove(log, ignored);
    const fs::path output = folder / (figure.name + suffix);
    const fs::path draft = output.string() + ".new";
    const std::string setup =
        fmt::format("set terminal {}; set output {}", terminal, Quoted(draft.string()));
    GENET_ASSIGN(ChildProcess process,
                 ChildProcess::Start({.executable = *gnuplot,
                                      .arguments = {"gnuplot", "-d", "-e", setup, script.string()},
                                      .log = log}));
    const ProcessEnd end = process.Wait();
    if (!end.success() || !fs::exists(draft, ignored) || fs::file_size(draft, ignored) == 0) {
      const Result<std::string> said = ReadFile(log);
      return Failure("{}: gnuplot ended with {}; what it said is in {}{}", figure.name,
                     end.ToString(), log.string(), said && said->empty() ? " (nothing)" : "");
    }
    std::error_code error;
    fs::rename(draft, output, error);
    if (error) return Failure("{}: cannot be made ({})", output.string(), error.message());
  }
  fs::remove(log, ignored);
  return {};
}

}  // namespace genet
