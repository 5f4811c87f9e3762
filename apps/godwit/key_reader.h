// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace godwit::cli {

/// What a key of the keyboard means in a call.
enum class KeyAction {
  hold_or_resume,
  transfer,    ///< to the text that was typed
  connect,     ///< this call's peer with the next call's: attended transfer
  conference,  ///< all calls in one, or out of it
  dial,        ///< the text that was typed, beside the other calls
  next_call,
  digit,
  record,
  mute,
  answer,
  decline,
  hang_up,
  help,
  unknown,
};

/// A key, with what was typed after it.
struct KeyPress {
  KeyAction action = KeyAction::unknown;
  std::string text;  ///< the digit, the target, or the key that means nothing

  bool operator==(const KeyPress&) const = default;
};

/// Makes actions of what a terminal sends key by key, and asks for a target where one is needed:
/// then it reads a line, with Backspace, Ctrl-U, and Escape to give up. Keys that send sequences
/// (arrows) are passed over.
class KeyReader {
 public:
  [[nodiscard]] std::vector<KeyPress> on_bytes(std::string_view bytes);

  /// What is asked and what was typed so far: "transfer to: bo"; empty when nothing is asked.
  [[nodiscard]] std::string prompt() const;

 private:
  void on_key(char key, std::vector<KeyPress>& pressed);
  void on_line_key(char key, std::vector<KeyPress>& pressed);

  KeyAction asks_for_ = KeyAction::unknown;  ///< transfer or dial: a line is being typed
  std::string typed_;
};

/// One line each: what every key does.
[[nodiscard]] std::string key_help();
/// The most used ones in one line.
[[nodiscard]] std::string key_summary();

}  // namespace godwit::cli
