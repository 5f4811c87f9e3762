// SPDX-License-Identifier: Apache-2.0
#include "sip/header/accept.h"

#include "sip/header/media_type.h"
#include "sip/header/preference.h"
#include "sip/header/value_list.h"
#include "sip/header/value_parameters.h"

namespace godwit::sip {
namespace {

/// How closely the range names a type: 3 exactly, 2 by its type alone, 1 as "*/*", 0 not at all.
int closeness(const MediaRange& range, std::string_view type, std::string_view subtype) {
  if (range.type == "*") return 1;
  if (!equal_ignoring_case(range.type, type)) return 0;
  if (range.subtype == "*") return 2;
  return equal_ignoring_case(range.subtype, subtype) ? 3 : 0;
}

}  // namespace

// accept-range = media-range *( SEMI accept-param )
// media-range  = ( "*/*" / ( m-type SLASH "*" ) / ( m-type SLASH m-subtype ) ) *( SEMI m-parameter
// )
Scanned<MediaRange> parse_media_range(std::string_view text) {
  const auto parts = scan_media_type(text);
  if (!parts) return tl::unexpected<Fault>(parts.error());
  if (parts->type == "*" && parts->subtype != "*") {
    return fault("expected \"*\" after \"*/\"",
                 static_cast<std::size_t>(parts->subtype.data() - text.data()));
  }
  MediaRange range{lower_case(parts->type), lower_case(parts->subtype), kFullPreference, {}};
  const auto q = read_preference(text, parts->parameters_at, range.parameters);
  if (!q) return tl::unexpected<Fault>(q.error());
  range.q = *q;
  return range;
}

std::string to_string(const MediaRange& range) {
  std::string text = as_token(range.type) + '/';
  text += range.type == "*" ? "*" : as_token(range.subtype);
  append_preference(text, range.q, range.parameters);
  return text;
}

// Accept = "Accept" HCOLON [ accept-range *( COMMA accept-range ) ]
Scanned<std::vector<MediaRange>> parse_accept(std::string_view text) {
  if (trim(text).empty()) return std::vector<MediaRange>{};
  return parse_value_list(text, parse_media_range);
}

Thousandths preference_for(const std::vector<MediaRange>& accept, std::string_view name) {
  const auto slash = std::min(name.find('/'), name.size());
  const auto subtype = name.substr(std::min(slash + 1, name.size()));
  Thousandths preference = 0;
  int closest = 0;
  for (const MediaRange& range : accept) {
    const int close = closeness(range, name.substr(0, slash), subtype);
    if (close <= closest) continue;
    closest = close;
    preference = range.q;
  }
  return preference;
}

}  // namespace godwit::sip
