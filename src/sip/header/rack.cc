// SPDX-License-Identifier: Apache-2.0
#include "sip/header/rack.h"

#include <algorithm>

#include "sip/header/number.h"
#include "sip/header/value_parameters.h"
#include "sip/header/value_reader.h"
#include "sip/message/scan.h"

namespace godwit::sip {
namespace {

constexpr std::uint32_t kLastCSeq = 0x7fff'ffff;  // RFC 3261 §8.1.1.5: less than 2^31

}  // namespace

// RAck = "RAck" HCOLON response-num LWS CSeq-num LWS Method           (RFC 3262 §7.2)
Scanned<RAck> parse_rack(std::string_view text) {
  ValueReader reader(text);
  const auto response = scan_rseq(reader.take_digits());
  if (!response) return tl::unexpected<Fault>(response.error());
  if (!reader.skip_space()) return reader.fault("expected a space after the response number");
  const auto cseq = scan_cseq(reader.rest());
  if (!cseq) return shifted(cseq.error(), reader.at());
  return RAck{*response, CSeq{cseq->number, std::string(cseq->method)}};
}

std::string to_string(const RAck& rack) {
  CSeq cseq = rack.cseq;
  cseq.number = std::min(cseq.number, kLastCSeq);
  cseq.method = as_token(cseq.method);
  return std::to_string(std::max(rack.response, 1U)) + ' ' + to_string(cseq);
}

}  // namespace godwit::sip
