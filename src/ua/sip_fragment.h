// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace godwit::ua {

/// The status line that a message/sipfrag body begins with (RFC 3420, RFC 3515 §2.4.5).
struct SipFragment {
  int status = 100;    // 100 to 699
  std::string reason;  // fit to be shown

  bool operator==(const SipFragment&) const = default;
};

/// Empty when the body begins with no status line.
[[nodiscard]] std::optional<SipFragment> read_sip_fragment(std::string_view body);
/// "SIP/2.0 180 Ringing".
[[nodiscard]] std::string write_sip_fragment(const SipFragment& fragment);

}  // namespace godwit::ua
