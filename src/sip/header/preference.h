// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "sip/header/number.h"
#include "sip/message/grammar.h"
#include "sip/message/uri.h"

namespace godwit::sip {

// accept-param = ( "q" EQUAL qvalue ) / generic-param: what Accept, Accept-Encoding and
// Accept-Language share (RFC 3261 §25.1).

/// Reads the parameters that fill `text` from `at` on; all but "q" go to `others`. No "q" is the
/// full preference.
[[nodiscard]] Scanned<Thousandths> read_preference(std::string_view text, std::size_t at,
                                                   Parameters& others);
/// ";q=0.5" unless it is the full preference, and the others.
void append_preference(std::string& text, Thousandths q, const Parameters& others);

}  // namespace godwit::sip
