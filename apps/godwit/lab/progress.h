// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <nlohmann/json.hpp>
#include <string>

namespace godwit::lab {

/// Tells on stderr what happens, as it happens: "  3.214 s  Wi-Fi gone".
class Progress {
 public:
  enum class Colour { no, yes };
  enum class Voice { silent, speaking };

  Progress(Voice voice, Colour colour) : voice_(voice), colour_(colour) {}

  /// The clock in front of each line starts anew.
  void restart(const std::string& title);
  void say(const std::string& text);
  /// An event of A, in words; most events say nothing.
  void tell(const nlohmann::json& event);

 private:
  Voice voice_;
  Colour colour_;
  std::mutex mutex_;
  double started_ms_ = 0;
  std::string last_told_;
};

/// Empty for events that are not worth a line.
[[nodiscard]] std::string in_words(const nlohmann::json& event);

}  // namespace godwit::lab
