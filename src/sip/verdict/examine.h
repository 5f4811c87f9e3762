// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sip/message/message.h"

namespace godwit::sip {

/// Something that breaks a rule, does no harm, and was read on purpose.
struct Remark {
  std::string field;
  std::string text;    // what it is: "branch without \"z9hG4bK\", as in RFC 2543"
  std::size_t at = 0;  // byte offset in the input

  bool operator==(const Remark&) const = default;
};

/// What a closer look at a message found.
struct Findings {
  std::optional<MessageFault> fault;  // the first one: the message cannot be processed as it stands
  std::vector<Remark> remarks;        // in the order of the message
};

/// Looks at everything that `read_message` leaves to others: the grammar of every known field,
/// which of them are mandatory, which may stand once, the Request-URI, and the body when it is SDP
/// or multipart. The fault that `read_message` found stays when it is the first.
///
/// @param bytes  what the message was read from; empty: the places of what is found are 0
[[nodiscard]] Findings examine(const ReadMessage& read, std::string_view bytes = {});

}  // namespace godwit::sip
