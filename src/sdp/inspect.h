// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sdp/session_description.h"

namespace godwit::sdp {

/// Something that was read in spite of what the RFC says, or passed over.
struct Warning {
  std::string text;    // "c=: address type IP4 before an IPv6 address; read by the address"
  std::size_t at = 0;  // byte offset in the whole text
  bool operator==(const Warning&) const = default;
};

/// What there is to say of a description: either `description` or `fault` is set.
struct Inspection {
  std::optional<SessionDescription> description;
  std::optional<SdpFault> fault;
  std::vector<Warning> warnings;  // in the order of the text; at most `limits::kSdpWarnings`
};

[[nodiscard]] Inspection inspect(std::string_view text);

}  // namespace godwit::sdp
