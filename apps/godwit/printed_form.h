// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "event_json.h"

namespace godwit::cli {

/// Where verdicts and what was judged go.
///
/// A verdict is one line on standard output. When the text itself is asked for, it has standard
/// output to itself, byte for byte unless that is a terminal, and the line goes to standard error;
/// with JSON it stands in the object, as "text".
class PrintedForm {
 public:
  struct Wanted {
    bool json = false;
    bool text = false;
  };
  explicit PrintedForm(Wanted wanted);

  /// @param text  what was judged, in canonical form; empty when it is not valid
  void put(const std::string& line, Json json, const std::optional<std::string>& text) const;

 private:
  Wanted wanted_;
  bool terminal_;
};

}  // namespace godwit::cli
