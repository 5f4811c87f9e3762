// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/random.h"
#include "sdp/grammar.h"

namespace godwit::sdp {

/// The value of a=tls-id, which names a DTLS association (RFC 8842 §4): 20 to 255 characters.
[[nodiscard]] Scanned<std::string> parse_tls_id(std::string_view value);
/// A new one, of 120 random bits.
[[nodiscard]] std::string make_tls_id(Random& random);

}  // namespace godwit::sdp
