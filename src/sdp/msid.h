// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "sdp/grammar.h"

namespace godwit::sdp {

/// `a=msid`: the media stream and track that a media line carries (RFC 8830 §2).
struct Msid {
  std::string id;       // a token of up to 64 characters; "-" is no stream
  std::string appdata;  // likewise; may be ""
  bool operator==(const Msid&) const = default;
};

[[nodiscard]] Scanned<Msid> parse_msid(std::string_view value);
[[nodiscard]] std::string to_string(const Msid& msid);

}  // namespace godwit::sdp
