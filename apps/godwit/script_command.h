// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event_json.h"
#include "godwit/error.h"

namespace godwit::cli {

/// A command of --commands: one JSON object a line.
struct ScriptCommand {
  std::string does;  ///< "hold": one of `script_commands()`
  Json id;           ///< given back as it came; null without one
  Json fields;       ///< the others, each of the kind that the command wants

  [[nodiscard]] bool has(const std::string& name) const;
  /// Empty, 0 and false for fields that are not there.
  [[nodiscard]] std::string text(const std::string& name) const;
  [[nodiscard]] double number(const std::string& name) const;
  [[nodiscard]] bool truth(const std::string& name) const;
};

/// Why a line is no command; with its id where that could be read.
struct ScriptError {
  std::string message;
  Json id;
};

/// Reads a line. Fields that the command does not have are errors, those it needs are there.
[[nodiscard]] tl::expected<ScriptCommand, ScriptError> parse_script_command(std::string_view line);

/// The names of all commands.
[[nodiscard]] const std::vector<std::string>& script_commands();

/// Cuts a stream into lines; nothing of a line is lost, whatever the pieces it comes in.
class LineCutter {
 public:
  static constexpr std::size_t kLongestLine = 256 * 1024;

  /// @return the lines that are complete now, without their ends. One that is too long comes cut.
  [[nodiscard]] std::vector<std::string> on_bytes(std::string_view bytes);
  /// What stands behind the last line end.
  [[nodiscard]] std::string rest();

 private:
  std::string line_;
  bool passing_over_ = false;  ///< the rest of a line that was too long
};

}  // namespace godwit::cli
