// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sdp/grammar.h"

namespace godwit::sdp {

/// `a=ssrc`: an attribute of one RTP source (RFC 5576 §4.1): "314159 cname:user@example.com".
struct Ssrc {
  std::uint32_t id = 0;
  std::string attribute;  // a token: "cname"
  std::string value;      // "" of a property attribute
  bool operator==(const Ssrc&) const = default;
};
[[nodiscard]] Scanned<Ssrc> parse_ssrc(std::string_view value);
[[nodiscard]] std::string to_string(const Ssrc& ssrc);

/// `a=ssrc-group`: RTP sources that belong together (RFC 5576 §4.2): "FID 1 2".
struct SsrcGroup {
  std::string semantics;
  std::vector<std::uint32_t> ids;
  bool operator==(const SsrcGroup&) const = default;
};
[[nodiscard]] Scanned<SsrcGroup> parse_ssrc_group(std::string_view value);
[[nodiscard]] std::string to_string(const SsrcGroup& group);

}  // namespace godwit::sdp
