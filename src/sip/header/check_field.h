// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "sip/message/field.h"
#include "sip/message/grammar.h"

namespace godwit::sip {

/// What is wrong with a field value by its own grammar; nothing when it holds. The value is
/// unfolded and without white space around it, an element of a list for the fields of
/// `is_list_field()`.
///
/// Free text and extensions always pass. So does what authentication needs: its grammar is read
/// where it is used.
[[nodiscard]] std::optional<Fault> check_field(Field field, std::string_view value);

/// Whether a message may have several lines, or elements, of the field (RFC 3261 §7.3.1).
[[nodiscard]] bool may_repeat(Field field);

}  // namespace godwit::sip
