// SPDX-License-Identifier: Apache-2.0
#include "sip/message/cseq.h"

#include <charconv>

#include "sip/message/grammar.h"
#include "sip/message/scan.h"

namespace godwit::sip {
namespace {

constexpr std::uint32_t kMaxCSeq = 0x7fff'ffff;  // RFC 3261 §8.1.1.5: less than 2^31

}  // namespace

// CSeq  =  "CSeq" HCOLON 1*DIGIT LWS Method          (RFC 3261 §25.1)
Scanned<CSeqParts> scan_cseq(std::string_view text) {
  CSeqParts parts;
  const char* const end = text.data() + text.size();
  const auto [after_number, error] = std::from_chars(text.data(), end, parts.number);
  const auto digits = static_cast<std::size_t>(after_number - text.data());
  if (digits == 0) return fault("number missing", 0);
  if (error != std::errc{} || parts.number > kMaxCSeq) return fault("number too large", 0);

  const auto method_at = skip_whitespace(text, digits);
  if (method_at == digits || method_at == text.size()) return fault("method missing", digits);
  parts.method = text.substr(method_at);
  if (!is_token(parts.method)) return fault("method is not a token", method_at);
  return parts;
}

Result<CSeq> parse_cseq(std::string_view text) {
  const auto parts = scan_cseq(text);
  if (!parts) return tl::unexpected<Error>(malformed("CSeq", parts.error()));
  return CSeq{parts->number, std::string(parts->method)};
}

std::string to_string(const CSeq& cseq) {
  return std::to_string(cseq.number) + ' ' + cseq.method;
}

}  // namespace godwit::sip
