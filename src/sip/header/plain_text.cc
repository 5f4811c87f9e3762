// SPDX-License-Identifier: Apache-2.0
#include "sip/header/plain_text.h"

#include "base/utf8.h"
#include "sip/message/grammar.h"

namespace godwit::sip {
namespace {

bool is_control(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F);
}

}  // namespace

std::string plain_text(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  while (!text.empty()) {
    const auto c = first_code_point(text);
    if (c.length == 0) {
      plain += "\xEF\xBF\xBD";
      text.remove_prefix(1);
      continue;
    }
    if (is_control(c.value)) {
      plain += ' ';
    } else {
      plain += text.substr(0, c.length);
    }
    text.remove_prefix(c.length);
  }
  return std::string(trim(plain));
}

}  // namespace godwit::sip
