// SPDX-License-Identifier: Apache-2.0
#include "ua/message_summary.h"

#include <algorithm>

#include "base/text.h"
#include "sip/header/number.h"

namespace godwit::ua {
namespace {

// More is no count of anybody's messages.
constexpr std::uint32_t kMostMessages = 1'000'000;

int read_count(std::string_view text) {
  const auto count = sip::scan_number(trim(text), kMostMessages);
  return count ? static_cast<int>(*count) : 0;
}

// msg-summary-line = message-context-class HCOLON newmsgs SLASH oldmsgs [ "(" urgent ")" ]
void read_voice(std::string_view value, MessagesWaiting& summary) {
  const auto slash = value.find('/');
  if (slash == std::string_view::npos) return;
  summary.new_voice = read_count(value.substr(0, slash));
  const auto old = value.substr(slash + 1);
  summary.old_voice = read_count(old.substr(0, std::min(old.find('('), old.size())));
}

}  // namespace

std::optional<MessagesWaiting> read_message_summary(std::string_view body) {
  MessagesWaiting summary;
  bool told = false;
  while (!body.empty()) {
    const auto end = std::min(body.find_first_of("\r\n"), body.size());
    const auto line = body.substr(0, end);
    body.remove_prefix(std::min(end + 1, body.size()));
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const auto name = trim(line.substr(0, colon));
    const auto value = trim(line.substr(colon + 1));
    if (equal_ignoring_case(name, "Messages-Waiting")) {
      summary.waiting = equal_ignoring_case(value, "yes");
      told = summary.waiting || equal_ignoring_case(value, "no");
    }
    if (equal_ignoring_case(name, "Voice-Message")) read_voice(value, summary);
  }
  if (!told) return std::nullopt;
  return summary;
}

}  // namespace godwit::ua
