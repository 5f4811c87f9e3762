// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "sip/message/name_addr.h"
#include "sip/message/scan.h"

namespace godwit::sip {

// The address that a field value begins with, for all fields that have one.

/// name-addr *( SEMI param ), as `scan_name_addr()`, but the URI must stand in angle brackets.
[[nodiscard]] Scanned<NameAddrParts> scan_bracketed_address(std::string_view text);

/// Where the parameters begin in the scanned text; its end when there are none.
[[nodiscard]] std::size_t parameters_at(std::string_view text, const NameAddrParts& parts);
/// The display name without its quotes.
[[nodiscard]] std::string read_display_name(const NameAddrParts& parts);
/// `"Name" <uri>`, always with angle brackets.
void append_address(std::string& text, std::string_view display_name, const Uri& uri);

/// The value of Reply-To (RFC 3261 §20.31), of Refer-To (RFC 3515 §2.1) and of each element of
/// P-Asserted-Identity: an address and parameters that mean nothing to godwit.
[[nodiscard]] Scanned<NameAddr> parse_address(std::string_view text);

/// One element of Route, Record-Route (RFC 3261 §20.30, §20.34), Path (RFC 3327 §4) or
/// Service-Route (RFC 3608 §5): angle brackets are a must.
[[nodiscard]] Scanned<NameAddr> parse_route(std::string_view text);
/// Whether the element is a loose router: its URI has "lr", with or without a value (RFC 3261
/// §19.1.1).
[[nodiscard]] bool is_loose_route(const NameAddr& route);

}  // namespace godwit::sip
