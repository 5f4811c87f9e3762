// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sip/message/message.h"
#include "sip/verdict/answer.h"
#include "sip/verdict/examine.h"

namespace godwit::sip {

/// Everything that can be said of a message by looking at it.
struct Verdict {
  enum class Kind : std::uint8_t { neither, request, response };

  bool valid = false;  // may be processed as it stands
  Kind kind = Kind::neither;
  std::string method;                 // of a request, as far as the start line says one
  std::optional<int> status;          // of a response, when it is one from 100 to 699
  std::optional<MessageFault> error;  // the first one; set exactly when not valid
  Answer answer;                      // of a user agent that has no dialog
  std::vector<Remark> warnings;       // harmless faults, read on purpose
};

/// Judges one datagram, or one message cut out of a stream (docs/verdicts.md).
[[nodiscard]] Verdict judge(std::string bytes);

}  // namespace godwit::sip
