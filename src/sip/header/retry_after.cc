// SPDX-License-Identifier: Apache-2.0
#include "sip/header/retry_after.h"

#include "sip/header/comment.h"
#include "sip/header/number.h"
#include "sip/header/value_parameters.h"

namespace godwit::sip {

// Retry-After = "Retry-After" HCOLON delta-seconds [ comment ] *( SEMI retry-param )
// retry-param = ( "duration" EQUAL delta-seconds ) / generic-param
Scanned<RetryAfter> parse_retry_after(std::string_view text) {
  ValueReader reader(text);
  const auto delay = scan_delta_seconds(reader.take_digits());
  if (!delay) return tl::unexpected<Fault>(delay.error());
  RetryAfter value;
  value.delay = *delay;
  reader.skip_space();
  if (reader.next_is('(')) {
    const auto comment = take_comment(reader);
    if (!comment) return tl::unexpected<Fault>(comment.error());
    value.comment = comment_text(*comment);
  }
  const auto take = [&](std::string_view name, std::optional<std::string_view> given) -> Taken {
    if (value.duration || !equal_ignoring_case(name, "duration")) return false;
    return put(value.duration, scan_bare_or_quoted(given, scan_delta_seconds));
  };
  if (const auto wrong = read_value_parameters(text, reader.at(), value.parameters, take)) {
    return tl::unexpected<Fault>(*wrong);
  }
  return value;
}

std::string to_string(const RetryAfter& value) {
  std::string text = write_delta_seconds(value.delay);
  if (!value.comment.empty()) text += ' ' + write_comment(value.comment);
  if (value.duration) append_parameter(text, "duration", write_delta_seconds(*value.duration));
  append_parameters(text, value.parameters);
  return text;
}

std::optional<std::chrono::seconds> retry_after_of(const Message& response) {
  const auto text = response.field(Field::retry_after);
  if (!text) return std::nullopt;
  const auto value = parse_retry_after(*text);
  return value ? std::optional(value->delay) : std::nullopt;
}

}  // namespace godwit::sip
