// SPDX-License-Identifier: Apache-2.0
#include "sip/header/warning.h"

#include "sip/header/number.h"
#include "sip/header/value_list.h"
#include "sip/header/value_reader.h"
#include "sip/message/scan.h"

namespace godwit::sip {
namespace {

constexpr std::size_t kCodeDigits = 3;

// warn-agent = hostport / pseudonym
bool is_agent(std::string_view text) {
  if (is_token(text)) return true;
  std::size_t at = 0;
  return scan_host_port(text, at, Spaces::refused) && at == text.size();
}

}  // namespace

// warning-value = warn-code SP warn-agent SP warn-text               (RFC 3261 §25.1)
Scanned<Warning> parse_warning(std::string_view text) {
  ValueReader reader(text);
  reader.skip_space();
  const auto code_at = reader.at();
  const auto code = reader.take_digits();
  if (code.size() != kCodeDigits) return fault("expected a warning code of three digits", code_at);
  if (!reader.skip_space()) return reader.fault("expected a space after the warning code");
  const auto agent_at = reader.at();
  const auto agent = reader.take_word();
  if (!is_agent(agent)) return fault("expected a host or a pseudonym", agent_at);
  reader.skip_space();
  const auto quoted = reader.take_quoted();
  if (quoted.empty()) {
    return reader.fault(reader.next_is('"') ? "unterminated quoted string"
                                            : "expected the warning in quotes");
  }
  reader.skip_space();
  if (!reader.at_end()) return reader.fault("expected \",\" after the warning");
  Warning warning;
  warning.code = static_cast<std::uint16_t>(scan_number(code).value());
  warning.agent = agent;
  warning.text = unquote(quoted);
  return warning;
}

std::string to_string(const Warning& warning) {
  const Warning nameless;
  auto code = std::to_string(warning.code > 999 ? nameless.code : warning.code);
  code.insert(0, kCodeDigits - code.size(), '0');
  const auto& agent = is_agent(warning.agent) ? warning.agent : nameless.agent;
  return code + ' ' + agent + ' ' + quote(warning.text);
}

Scanned<std::vector<Warning>> parse_warnings(std::string_view text) {
  return parse_value_list(text, parse_warning);
}

}  // namespace godwit::sip
