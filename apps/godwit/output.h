// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <functional>
#include <string>

#include "event_json.h"
#include "event_text.h"
#include "exit_code.h"

namespace godwit::cli {

/// A text that fits into so many columns of ASCII, its end marked by "..." when it was cut.
[[nodiscard]] std::string cut_to(std::string text, std::size_t columns);

enum class ColorUse { automatic, always, never };

/// What the user wants to see, and in which form.
struct OutputSettings {
  bool json = false;    ///< one object on stdout at the end
  bool events = false;  ///< one JSON object a line on stdout, as things happen
  bool quiet = false;   ///< no lines for people on stderr, errors excepted
  ColorUse color = ColorUse::automatic;
};

/// Results on stdout, everything about how they came on stderr.
class Output {
 public:
  explicit Output(OutputSettings settings);

  /// One thing that happened: a line for people, or a JSON line, as asked for.
  void event(const Event& event, const EventTime& time);
  /// A JSON line of the program itself ("server.ready"), without a line for people.
  void event(const Json& line);
  /// A line for people.
  void note(const std::string& text, Tone tone = Tone::plain);
  /// The result for people, on stdout; nothing when a JSON form was asked for.
  void result(const std::string& text);
  /// How it ended: the JSON object if asked for, and a failure's sentence and advice for people.
  /// Fields of `result` follow {"v", "time", "mono_ns", "type": "result", "command", "exit_code"}.
  void finish(std::string_view command, const Verdict& verdict, const Json& result);
  /// It cannot begin. @return the exit code
  int cannot_start(std::string_view command, const Error& error);
  /// A failure that leaves the program running, or that no command owns.
  void problem(const Verdict& verdict);

  /// The last line of the screen, until another or an empty one; only where standard error is a
  /// terminal. Lines that are written meanwhile go above it.
  void status(const std::string& text);
  /// Runs what writes to the terminal past this object, with the status out of its way.
  void beside_status(const std::function<void()>& write);

  [[nodiscard]] bool is_for_people() const { return !settings_.json && !settings_.events; }
  [[nodiscard]] bool color_on_stderr() const { return stderr_color_; }
  [[nodiscard]] bool color_on_stdout() const { return stdout_color_; }
  [[nodiscard]] const OutputSettings& settings() const { return settings_; }

 private:
  void put_line(std::FILE* stream, const std::string& line);
  void draw_status() const;
  void wipe_status() const;

  OutputSettings settings_;
  std::string status_;
  bool stderr_color_;
  bool stdout_color_;
  bool notes_;
};

}  // namespace godwit::cli
