// SPDX-License-Identifier: Apache-2.0
#include "sip/header/session_expires.h"

#include "sip/header/number.h"
#include "sip/header/value_parameters.h"
#include "sip/header/value_reader.h"

namespace godwit::sip {
namespace {

std::string_view name_of(Refresher refresher) {
  switch (refresher) {
    case Refresher::uac:
      return "uac";
    case Refresher::uas:
      return "uas";
  }
  return {};
}

Scanned<Refresher> scan_refresher(std::string_view text) {
  for (const auto refresher : {Refresher::uac, Refresher::uas}) {
    if (equal_ignoring_case(text, name_of(refresher))) return refresher;
  }
  return fault("expected \"uac\" or \"uas\"", 0);
}

}  // namespace

// Session-Expires = ( "Session-Expires" / "x" ) HCOLON delta-seconds *( SEMI se-params )
// se-params       = refresher-param / generic-param                   (RFC 4028 §4)
Scanned<SessionExpires> parse_session_expires(std::string_view text) {
  ValueReader reader(text);
  const auto interval = scan_delta_seconds(reader.take_digits());
  if (!interval) return tl::unexpected<Fault>(interval.error());
  SessionExpires value{*interval, std::nullopt, {}};
  const auto take = [&](std::string_view name, std::optional<std::string_view> given) -> Taken {
    if (value.refresher || !equal_ignoring_case(name, "refresher")) return false;
    return put(value.refresher, scan_bare_or_quoted(given, scan_refresher));
  };
  if (const auto wrong = read_value_parameters(text, reader.at(), value.parameters, take)) {
    return tl::unexpected<Fault>(*wrong);
  }
  return value;
}

std::string to_string(const SessionExpires& value) {
  std::string text = write_delta_seconds(value.interval);
  if (value.refresher) append_parameter(text, "refresher", name_of(*value.refresher));
  append_parameters(text, value.parameters);
  return text;
}

// Min-SE = "Min-SE" HCOLON delta-seconds *( SEMI generic-param )      (RFC 4028 §5)
Scanned<MinSe> parse_min_se(std::string_view text) {
  ValueReader reader(text);
  const auto interval = scan_delta_seconds(reader.take_digits());
  if (!interval) return tl::unexpected<Fault>(interval.error());
  MinSe value{*interval, {}};
  if (const auto wrong = read_value_parameters(text, reader.at(), value.parameters)) {
    return tl::unexpected<Fault>(*wrong);
  }
  return value;
}

std::string to_string(const MinSe& value) {
  std::string text = write_delta_seconds(value.interval);
  append_parameters(text, value.parameters);
  return text;
}

}  // namespace godwit::sip
