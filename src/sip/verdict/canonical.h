// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "sip/message/message.h"

namespace godwit::sip {

/// The message as godwit would have written it: full field names, a line for each value of a list,
/// no folding, no white space that the grammar does not ask for, URIs of address fields in angle
/// brackets, numbers without leading zeros, a true Content-Length.
///
/// Fields keep their order, parameters their values; what has no typed form stays as it came.
[[nodiscard]] std::string canonical_form(Message message);

}  // namespace godwit::sip
