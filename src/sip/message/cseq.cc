// SPDX-License-Identifier: Apache-2.0
#include "sip/message/cseq.h"

#include "sip/message/grammar.h"
#include "sip/message/scan.h"

namespace godwit::sip {
Result<CSeq> parse_cseq(std::string_view text) {
  const auto parts = scan_cseq(text);
  if (!parts) return tl::unexpected<Error>(malformed("CSeq", parts.error()));
  return CSeq{parts->number, std::string(parts->method)};
}

std::string to_string(const CSeq& cseq) {
  return std::to_string(cseq.number) + ' ' + cseq.method;
}

}  // namespace godwit::sip
