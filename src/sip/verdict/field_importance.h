// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sip/message/field.h"

namespace godwit::sip {

/// Whether a value that cannot be read leaves the message as good as it was.
///
/// RFC 3261 §8.2.2: "A UAS SHOULD ignore any malformed header fields that are not necessary for
/// processing requests." They tell people something, or state wishes that need not be met. Date is
/// not among them, because RFC 4475 §3.1.2.12 calls a message with a malformed one invalid.
[[nodiscard]] bool may_be_malformed(Field field);

}  // namespace godwit::sip
