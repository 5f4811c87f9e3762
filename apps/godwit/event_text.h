// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "godwit/event.h"

namespace godwit::cli {

/// How a line should strike the eye.
enum class Tone { plain, good, attention, bad };

struct EventLine {
  std::string text;  ///< empty: not worth a line
  Tone tone = Tone::plain;
};

/// An event as one readable line, text of strangers escaped.
[[nodiscard]] EventLine to_line(const Event& event);

/// "10.1.0.2:5060 -> 10.2.0.2:5060: refresh sent 2 ms, answered 104 ms, heard 104 ms, lost 5"
[[nodiscard]] std::string to_text(const HandoverReport& report);

}  // namespace godwit::cli
