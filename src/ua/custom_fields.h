// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "godwit/error.h"
#include "godwit/options.h"
#include "sip/message/message.h"

namespace godwit::ua {

/// How much an application may add to one request: 32 fields, 2,048 bytes of value each.
inline constexpr std::size_t kMostCustomFields = 32;
inline constexpr std::size_t kCustomNameBytes = 64;
inline constexpr std::size_t kCustomValueBytes = 2'048;

/// Whether the fields of `CallOptions::headers` may stand in a request: their names are tokens and
/// none of those that are ours to set, their values are one line of UTF-8 that reads by its field's
/// grammar. Errors: `invalid_argument` naming the field.
[[nodiscard]] Result<void> check_custom_fields(const std::vector<HeaderField>& fields);
/// Adds fields that have been checked, as they stand.
void add_custom_fields(sip::Message& message, const std::vector<HeaderField>& fields);

}  // namespace godwit::ua
