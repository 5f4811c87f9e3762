// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "sip/message/message.h"

namespace godwit::sip {

/// The whole message as `Message::write` gives it, but with the short names that RFC 3261 §7.3.3 and RFC
/// 4028 §4 have for some fields, and no blanks behind names: for what would be too large for its transport.
/// Fields of other RFCs that have a letter keep their names, for not everybody knows those.
[[nodiscard]] std::string write_compact(const Message& message);

}  // namespace godwit::sip
