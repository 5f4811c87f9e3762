// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <compare>
#include <string>
#include <string_view>

#include "sip/message/grammar.h"

namespace godwit::sip {

/// The Date header field value (RFC 3261 §20.17): always GMT, years 0 to 9999.
struct Date {
  std::chrono::sys_seconds time;

  auto operator<=>(const Date&) const = default;
};

/// A day of the week that does not fit the date is read over: the date counts.
[[nodiscard]] Scanned<Date> parse_date(std::string_view text);
/// "Sat, 13 Nov 2010 23:29:00 GMT". A time that four digits of year cannot say becomes the nearest
/// one that they can.
[[nodiscard]] std::string to_string(const Date& date);

}  // namespace godwit::sip
