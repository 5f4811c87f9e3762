// SPDX-License-Identifier: Apache-2.0
#include "ua/sip_fragment.h"

#include <algorithm>

#include "base/text.h"
#include "sip/header/number.h"
#include "sip/header/plain_text.h"
#include "sip/message/message.h"

namespace godwit::ua {

std::optional<SipFragment> read_sip_fragment(std::string_view body) {
  constexpr std::string_view kVersion = "SIP/2.0 ";
  const auto begin = body.find_first_not_of("\r\n");  // some write an empty line before it
  if (begin == std::string_view::npos) return std::nullopt;
  body.remove_prefix(begin);
  if (!equal_ignoring_case(body.substr(0, kVersion.size()), kVersion)) return std::nullopt;
  auto line = body.substr(0, std::min(body.find_first_of("\r\n"), body.size()));
  line = trim(line.substr(kVersion.size()));
  const auto status = sip::scan_number(line.substr(0, 3), 699);
  if (!status || *status < 100) return std::nullopt;
  if (line.size() > 3 && line[3] != ' ') return std::nullopt;
  return SipFragment{static_cast<int>(*status), sip::plain_text(line.substr(3))};
}

std::string write_sip_fragment(const SipFragment& fragment) {
  const std::string reason =
      fragment.reason.empty() ? std::string(sip::default_reason(fragment.status)) : fragment.reason;
  return "SIP/2.0 " + std::to_string(fragment.status) + ' ' + sip::plain_text(reason) + "\r\n";
}

}  // namespace godwit::ua
