// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace godwit::sip {

// Parameters whose value is a token or a quoted-string, and means the same in both forms.

/// Puts what the value says into `place`, unless something is there already or nothing is said:
/// then the parameter is one of the others, and the answer is false.
[[nodiscard]] bool put_text(std::string& place, std::optional<std::string_view> value);

/// Writes `;name=value`, in quotes where the value is no token; nothing when it is empty.
void append_text_parameter(std::string& text, std::string_view name, std::string_view value);

}  // namespace godwit::sip
