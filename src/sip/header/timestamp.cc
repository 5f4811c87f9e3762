// SPDX-License-Identifier: Apache-2.0
#include "sip/header/timestamp.h"

#include "sip/header/value_reader.h"

namespace godwit::sip {
namespace {

// *DIGIT [ "." *DIGIT ]
std::string_view take_decimal(ValueReader& reader) {
  const auto from = reader.rest();
  const auto begin = reader.at();
  reader.take_digits();
  if (reader.take('.')) reader.take_digits();
  return from.substr(0, reader.at() - begin);
}

}  // namespace

// Timestamp = "Timestamp" HCOLON 1*DIGIT [ "." *DIGIT ] [ LWS delay ]
// delay     = *DIGIT [ "." *DIGIT ]
Scanned<Timestamp> parse_timestamp(std::string_view text) {
  ValueReader reader(text);
  if (reader.rest().empty() || !is_digit(text.front())) return reader.fault("expected a number");
  Timestamp timestamp;
  timestamp.sent = take_decimal(reader);
  const bool has_space = reader.skip_space();
  if (!reader.at_end() && !has_space) return reader.fault("expected a space before the delay");
  timestamp.delay = take_decimal(reader);
  reader.skip_space();
  if (!reader.at_end()) return reader.fault("expected a delay in seconds");
  return timestamp;
}

std::string to_string(const Timestamp& timestamp) {
  const std::string text =
      timestamp.delay.empty() ? timestamp.sent : timestamp.sent + ' ' + timestamp.delay;
  const auto again = parse_timestamp(text);
  return again && *again == timestamp ? text : "0";
}

}  // namespace godwit::sip
