// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sip/message/cseq.h"
#include "sip/message/grammar.h"

namespace godwit::sip {

/// Which provisional response a PRACK acknowledges: the RAck header field value (RFC 3262 §7.2).
struct RAck {
  std::uint32_t response = 1;  // the response's RSeq, 1 to 2^32-1
  CSeq cseq;                   // the response's CSeq

  bool operator==(const RAck&) const = default;
};

[[nodiscard]] Scanned<RAck> parse_rack(std::string_view text);
[[nodiscard]] std::string to_string(const RAck& rack);

}  // namespace godwit::sip
