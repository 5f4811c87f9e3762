// SPDX-License-Identifier: Apache-2.0
#include "output.h"

#include <fmt/chrono.h>
#include <fmt/color.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include <cstdio>
#include <cstdlib>

#include "shown_text.h"

namespace godwit::cli {
namespace {

constexpr int kResultIndent = 2;

/// https://no-color.org: set and not empty means no colour, unless colour was asked for.
bool colors_wanted(ColorUse use, int descriptor) {
  if (use != ColorUse::automatic) return use == ColorUse::always;
  const char* no_color = std::getenv("NO_COLOR");
  if (no_color != nullptr && *no_color != '\0') return false;
  const char* term = std::getenv("TERM");
  if (term != nullptr && std::string_view(term) == "dumb") return false;
  return isatty(descriptor) != 0;
}

fmt::text_style style_of(Tone tone) {
  switch (tone) {
    case Tone::plain:
      break;
    case Tone::good:
      return fg(fmt::terminal_color::green);
    case Tone::attention:
      return fg(fmt::terminal_color::yellow);
    case Tone::bad:
      return fg(fmt::terminal_color::red);
  }
  return {};
}

std::string clock_time(std::chrono::system_clock::time_point time) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(time);
  const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(time - whole).count();
  return fmt::format("{:%H:%M:%S}.{:03}",
                     fmt::localtime(std::chrono::system_clock::to_time_t(whole)), rest);
}

std::size_t columns_of_terminal() {
  constexpr std::size_t kUsual = 80;
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : kUsual;
}

}  // namespace

std::string cut_to(std::string text, std::size_t columns) {
  constexpr std::string_view kCut = "...";
  if (text.size() <= columns) return text;
  std::size_t end = columns > kCut.size() ? columns - kCut.size() : 0;
  // Not within a letter of UTF-8.
  while (end > 0 && (text[end] & '\xC0') == '\x80') --end;
  return text.substr(0, end) + std::string(kCut.substr(0, columns));
}

Output::Output(OutputSettings settings)
    : settings_(settings),
      stderr_color_(colors_wanted(settings.color, STDERR_FILENO)),
      stdout_color_(colors_wanted(settings.color, STDOUT_FILENO)),
      notes_(!settings.quiet && (is_for_people() || isatty(STDERR_FILENO) != 0)) {}

void Output::put_line(std::FILE* stream, const std::string& line) {
  wipe_status();
  std::fputs((line + "\n").c_str(), stream);
  std::fflush(stream);  // a reader at the other end of a pipe waits for it
  draw_status();
}

void Output::draw_status() const {
  if (status_.empty()) return;
  // The last column stays free: some terminals go on to the next line there.
  std::fputs(cut_to(status_, columns_of_terminal() - 1).c_str(), stderr);
  std::fflush(stderr);
}

void Output::wipe_status() const {
  if (status_.empty()) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
}

void Output::status(const std::string& text) {
  if (text == status_ || settings_.quiet || isatty(STDERR_FILENO) == 0) return;
  wipe_status();
  status_ = text;
  draw_status();
}

void Output::beside_status(const std::function<void()>& write) {
  wipe_status();
  write();
  draw_status();
}

void Output::event(const Event& event, const EventTime& time) {
  if (settings_.events) put_line(stdout, write(to_json(event, time)));
  const EventLine line = to_line(event);
  if (!line.text.empty()) note(line.text, line.tone);
}

void Output::event(const Json& line) {
  if (settings_.events) put_line(stdout, write(line));
}

void Output::note(const std::string& text, Tone tone) {
  if (!notes_) return;
  const std::string time = clock_time(std::chrono::system_clock::now());
  if (!stderr_color_) return put_line(stderr, time + "  " + text);
  put_line(stderr, fmt::format(fmt::emphasis::faint, "{}", time) + "  " +
                       fmt::format(style_of(tone), "{}", text));
}

void Output::result(const std::string& text) {
  if (is_for_people()) put_line(stdout, text);
}

void Output::finish(std::string_view command, const Verdict& verdict, const Json& result) {
  if (settings_.json) {
    Json object = envelope(event_time_now(), "result");
    object["command"] = command;
    object["exit_code"] = static_cast<int>(verdict.code);
    object["message"] = verdict.sentence;
    object.update(result);
    const bool pretty = !settings_.events && isatty(STDOUT_FILENO) != 0;
    put_line(stdout, write(object, pretty ? kResultIndent : -1));
  }
  if (verdict.code != ExitCode::success) problem(verdict);
}

int Output::cannot_start(std::string_view command, const Error& error) {
  const Verdict verdict = verdict_on(error, "Cannot start");
  finish(command, verdict, Json::object());
  return static_cast<int>(verdict.code);
}

void Output::problem(const Verdict& verdict) {
  if (verdict.sentence.empty()) return;
  const std::string head =
      stderr_color_ ? fmt::format(fg(fmt::terminal_color::red), "godwit:") : "godwit:";
  std::string text = head + " " + shown(verdict.sentence);
  if (!verdict.advice.empty()) text += "\n        " + shown(verdict.advice);
  put_line(stderr, text);
}

}  // namespace godwit::cli
