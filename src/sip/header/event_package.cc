// SPDX-License-Identifier: Apache-2.0
#include "sip/header/event_package.h"

#include <algorithm>

#include "sip/header/value_list.h"
#include "sip/header/value_parameters.h"
#include "sip/header/value_reader.h"

namespace godwit::sip {
namespace {

/// The parts between the dots of a token; a fault where one of them is empty.
Scanned<std::vector<std::string>> split_at_dots(std::string_view type) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= type.size();) {
    const auto end = std::min(type.find('.', begin), type.size());
    if (end == begin) {
      return fault(begin == 0 ? "expected an event package" : "expected a template after \".\"",
                   begin);
    }
    parts.emplace_back(type.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

/// A part of an event type: a token in which a dot would begin another part.
std::string as_part(std::string_view text) {
  auto part = as_token(text);
  std::replace(part.begin(), part.end(), '.', '-');
  return part;
}

}  // namespace

// Event      = ( "Event" / "o" ) HCOLON event-type *( SEMI event-param )
// event-type = event-package *( "." event-template )                  (RFC 6665 §8.4)
Scanned<EventPackage> parse_event(std::string_view text) {
  ValueReader reader(text);
  reader.skip_space();
  const auto type_at = reader.at();
  auto parts = split_at_dots(reader.take_token());
  if (!parts) return shifted(parts.error(), type_at);
  EventPackage event;
  event.package = std::move(parts->front());
  parts->erase(parts->begin());
  event.templates = std::move(*parts);
  const auto take = [&](std::string_view name, std::optional<std::string_view> value) -> Taken {
    if (!event.id.empty() || !equal_ignoring_case(name, "id")) return false;
    const auto id = scan_bare_or_quoted(value, [](std::string_view bare) {
      return scan_whole_token(bare, "expected an id after \"id=\"");
    });
    if (!id) return tl::unexpected<Fault>(id.error());
    event.id = *id;
    return true;
  };
  if (const auto wrong = read_value_parameters(text, reader.at(), event.parameters, take)) {
    return tl::unexpected<Fault>(*wrong);
  }
  return event;
}

std::string to_string(const EventPackage& event) {
  std::string text = event_type(event);
  if (!event.id.empty()) append_parameter(text, "id", as_token(event.id));
  append_parameters(text, event.parameters);
  return text;
}

std::string event_type(const EventPackage& event) {
  std::string type = as_part(event.package);
  for (const std::string& part : event.templates) type += '.' + as_part(part);
  return type;
}

bool same_subscription(const EventPackage& a, const EventPackage& b) {
  return a.package == b.package && a.templates == b.templates && a.id == b.id;
}

// Allow-Events = ( "Allow-Events" / "u" ) HCOLON event-type *( COMMA event-type )
std::optional<Fault> check_allow_events(std::string_view text) {
  const auto types =
      parse_value_list(text, [](std::string_view type) -> Scanned<std::vector<std::string>> {
        if (const auto token = scan_whole_token(type, "expected an event package"); !token) {
          return tl::unexpected<Fault>(token.error());
        }
        return split_at_dots(type);
      });
  return types ? std::nullopt : std::optional(types.error());
}

}  // namespace godwit::sip
