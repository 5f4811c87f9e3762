// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "sdp/grammar.h"

namespace godwit::sdp {

/// `a=setup`: who opens the connection or the DTLS association (RFC 4145 §4, RFC 8842 §5.1).
enum class Setup : std::uint8_t { active, passive, actpass, holdconn };

[[nodiscard]] Scanned<Setup> parse_setup(std::string_view value);
[[nodiscard]] std::string_view to_string(Setup setup);

}  // namespace godwit::sdp
