// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sdp/grammar.h"
#include "sdp/session_description.h"

namespace godwit::sdp {

/// `a=extmap`: the number of an RTP header extension (RFC 8285 §8).
struct Extmap {
  std::uint16_t id = 1;  // 1 to 4351; from 4096 on only in an offer
  std::optional<Direction> direction;
  std::string uri;
  std::string attributes;  // what follows; may be ""
  bool operator==(const Extmap&) const = default;
};

[[nodiscard]] Scanned<Extmap> parse_extmap(std::string_view value);
[[nodiscard]] std::string to_string(const Extmap& extmap);

}  // namespace godwit::sdp
