// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace godwit::cli {

/// How one option reads in the help.
struct OptionText {
  std::string names;  ///< "-q,--quiet", or "target" for an argument by position
  std::string help;
  std::string type;   ///< "SECONDS"; empty for flags
  std::string group;  ///< heading in the help; empty: "Options"
  bool required = false;
};

/// The numbers that an option takes.
template <class T>
struct Limits {
  T least{};
  T most{};
};

/// A verb of the command line. Stands before CLI11, so that its templates are compiled once.
class Verb {
 public:
  explicit Verb(CLI::App& parser) : parser_(&parser) {}

  /// A verb below this one; then this one alone is no longer enough.
  [[nodiscard]] Verb add_verb(const std::string& name, const std::string& help) const;

  void flag(const OptionText& text, bool& value) const;
  /// Counts how often it is given: -vvv.
  void counted_flag(const OptionText& text, int& value) const;
  void text(const OptionText& text, std::string& value) const;
  /// One of a few words; the command line is refused otherwise.
  void word(const OptionText& text, std::string& value,
            const std::vector<std::string>& words) const;
  /// Stands in no help: for values that come from elsewhere.
  void hidden_text(const std::string& names, std::string& value) const;
  /// May be given several times.
  void texts(const OptionText& text, std::vector<std::string>& values) const;
  void number(const OptionText& text, int& value, Limits<int> limits) const;
  void number(const OptionText& text, double& value, Limits<double> limits) const;
  void number(const OptionText& text, std::uint64_t& value) const;
  void port(const OptionText& text, std::uint16_t& value) const;

  /// Runs when the command line names this verb.
  void when_chosen(std::function<void()> f) const;

 private:
  CLI::App* parser_;
};

/// What became of reading a command line.
struct Reading {
  bool done = false;  ///< help or version was printed, or an error: leave with `exit_code`
  int exit_code = 0;
};

/// Builds the grammar with `describe`, then reads the command line; what it leaves out comes from
/// the environment and config.toml where the verb takes those. A chosen verb's function has run.
[[nodiscard]] Reading read_command_line(int argc, char** argv,
                                        const std::function<void(const Verb&)>& describe);

}  // namespace godwit::cli
