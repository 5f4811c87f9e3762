// SPDX-License-Identifier: Apache-2.0
#include "ua/digit_info.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "base/text.h"
#include "sip/header/media_type.h"
#include "sip/header/number.h"

namespace godwit::ua {
namespace {

// Longer than anybody presses a key.
constexpr std::uint32_t kLongestMs = 10'000;

std::optional<char> digit_of(std::string_view text) {
  if (text == "10") return '*';
  if (text == "11") return '#';
  if (text.size() != 1) return std::nullopt;
  const char upper = text[0] >= 'a' && text[0] <= 'd' ? static_cast<char>(text[0] - 'a' + 'A') : text[0];
  constexpr std::string_view kDigits = "0123456789*#ABCD";
  if (kDigits.find(upper) == std::string_view::npos) return std::nullopt;
  return upper;
}

/// Takes the first line off `text`.
std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find_first_of("\r\n"), text.size());
  const auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return trim(line);
}

std::optional<InfoDigit> read_relay(std::string_view text) {
  std::optional<char> digit;
  InfoDigit found;
  while (!text.empty()) {
    const auto line = take_line(text);
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const auto name = trim(line.substr(0, equals));
    const auto value = trim(line.substr(equals + 1));
    if (equal_ignoring_case(name, "Signal")) digit = digit_of(value);
    if (equal_ignoring_case(name, "Duration")) {
      if (const auto ms = sip::scan_number(value, kLongestMs)) {
        found.duration = std::chrono::milliseconds{*ms};
      }
    }
  }
  if (!digit) return std::nullopt;
  found.digit = *digit;
  return found;
}

}  // namespace

std::optional<InfoDigit> read_info_digit(const MessageBody& body) {
  const auto media = sip::parse_media_type(body.content_type);
  if (!media) return std::nullopt;
  if (sip::is_media_type(*media, "application/dtmf-relay")) return read_relay(body.text);
  if (!sip::is_media_type(*media, "application/dtmf")) return std::nullopt;
  std::string_view text = body.text;
  const auto digit = digit_of(take_line(text));
  if (!digit) return read_relay(body.text);  // some write the one type and send the other
  InfoDigit found;
  found.digit = *digit;
  return found;
}

MessageBody write_info_digit(const InfoDigit& digit) {
  return {"application/dtmf-relay", std::string("Signal=") + digit.digit + "\r\nDuration=" +
                                        std::to_string(digit.duration.count()) + "\r\n"};
}

}  // namespace godwit::ua
