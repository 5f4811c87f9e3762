// SPDX-License-Identifier: Apache-2.0
#include "key_reader.h"

#include <algorithm>
#include <array>

namespace godwit::cli {
namespace {

constexpr char kEscape = '\x1b';
constexpr char kBackspace = '\b';
constexpr char kDelete = '\x7f';
constexpr char kEraseLine = '\x15';  // Ctrl-U
constexpr std::size_t kLongestTarget = 1024;

struct KeyMeaning {
  char key;
  KeyAction action;
  std::string_view help;
};

constexpr std::array<KeyMeaning, 12> kKeys{{
    {'h', KeyAction::hold_or_resume, "hold, and resume"},
    {'t', KeyAction::transfer, "transfer to somebody (asks whom)"},
    {'T', KeyAction::connect, "connect this call with the next one and leave both"},
    {'j', KeyAction::conference, "join all calls in a conference, and leave it"},
    {'c', KeyAction::dial, "call somebody else (asks whom)"},
    {'n', KeyAction::next_call, "next call"},
    {'r', KeyAction::record, "record, and stop recording"},
    {'m', KeyAction::mute, "mute, and speak again"},
    {'a', KeyAction::answer, "answer"},
    {'d', KeyAction::decline, "decline"},
    {'q', KeyAction::hang_up, "hang up this call; Ctrl-C: all of them"},
    {'?', KeyAction::help, "this help"},
}};

bool is_digit_key(char key) {
  return (key >= '0' && key <= '9') || key == '*' || key == '#';
}

/// How many bytes the sequence of a special key takes (ECMA-48 §5.4); 1 for Escape alone.
std::size_t sequence_length(std::string_view bytes) {
  if (bytes.size() < 2 || (bytes[1] != '[' && bytes[1] != 'O')) return 1;
  const auto* const end = std::find_if(bytes.begin() + 2, bytes.end(),
                                       [](char c) { return c >= '\x40' && c <= '\x7e'; });
  return end == bytes.end() ? bytes.size() : static_cast<std::size_t>(end - bytes.begin()) + 1;
}

}  // namespace

std::vector<KeyPress> KeyReader::on_bytes(std::string_view bytes) {
  std::vector<KeyPress> pressed;
  while (!bytes.empty()) {
    const std::size_t n = bytes.front() == kEscape ? sequence_length(bytes) : 1;
    if (n == 1) on_key(bytes.front(), pressed);
    bytes.remove_prefix(n);
  }
  return pressed;
}

void KeyReader::on_key(char key, std::vector<KeyPress>& pressed) {
  if (asks_for_ != KeyAction::unknown) return on_line_key(key, pressed);
  if (is_digit_key(key)) {
    pressed.push_back({KeyAction::digit, std::string(1, key)});
    return;
  }
  const auto* const it = std::find_if(kKeys.begin(), kKeys.end(),
                                      [key](const KeyMeaning& one) { return one.key == key; });
  if (it == kKeys.end()) {
    // Blanks and line ends are pressed without a thought.
    if (key > ' ' && key != kDelete) pressed.push_back({KeyAction::unknown, std::string(1, key)});
  } else if (it->action == KeyAction::transfer || it->action == KeyAction::dial) {
    asks_for_ = it->action;
  } else {
    pressed.push_back({it->action, ""});
  }
}

void KeyReader::on_line_key(char key, std::vector<KeyPress>& pressed) {
  if (key == '\n' || key == '\r') {
    if (!typed_.empty()) pressed.push_back({asks_for_, typed_});
    asks_for_ = KeyAction::unknown;
    typed_.clear();
  } else if (key == kEscape) {
    asks_for_ = KeyAction::unknown;
    typed_.clear();
  } else if (key == kBackspace || key == kDelete) {
    // A letter of UTF-8 is taken back as a whole.
    while (!typed_.empty() && (typed_.back() & '\xC0') == '\x80') typed_.pop_back();
    if (!typed_.empty()) typed_.pop_back();
  } else if (key == kEraseLine) {
    typed_.clear();
  } else if (static_cast<unsigned char>(key) >= ' ' && typed_.size() < kLongestTarget) {
    typed_.push_back(key);
  }
}

std::string KeyReader::prompt() const {
  if (asks_for_ == KeyAction::transfer) return "transfer to: " + typed_;
  if (asks_for_ == KeyAction::dial) return "call: " + typed_;
  return {};
}

std::string key_help() {
  std::string text = "  0-9 * #  send this digit\n";
  for (const KeyMeaning& one : kKeys) {
    text += std::string("  ") + one.key + "        " + std::string(one.help) + '\n';
  }
  text.pop_back();
  return text;
}

std::string key_summary() {
  return "h hold  t transfer  m mute  r record  q hang up  ? help";
}

}  // namespace godwit::cli
