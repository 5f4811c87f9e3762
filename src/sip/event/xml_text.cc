// SPDX-License-Identifier: Apache-2.0
#include "sip/event/xml_text.h"

#include "sip/header/plain_text.h"

namespace godwit::sip {

// What strangers say of themselves stands in it, so nothing of it may end an attribute or an element.
// Control characters and what is no UTF-8 are gone after plain_text; of U+FFFE and U+FFFF, which are none in
// XML either, nothing is left.
std::string xml_escaped(std::string_view text) {
  std::string out;
  const std::string plain = plain_text(text);
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const std::string_view rest = std::string_view(plain).substr(i);
    if (rest.starts_with("\xEF\xBF\xBE") || rest.starts_with("\xEF\xBF\xBF")) {
      i += 2;
      continue;
    }
    switch (plain[i]) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&apos;";
        break;
      default:
        out += plain[i];
    }
  }
  return out;
}

void append_xml_attribute(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  out += ' ';
  out += name;
  out += "=\"";
  out += xml_escaped(value);
  out += '"';
}

}  // namespace godwit::sip
