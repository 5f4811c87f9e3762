// SPDX-License-Identifier: Apache-2.0
#include "sip/header/media_type.h"

#include "sip/header/value_parameters.h"
#include "sip/header/value_reader.h"

namespace godwit::sip {

// media-type = m-type SLASH m-subtype *( SEMI m-parameter )          (RFC 3261 §25.1)
Scanned<MediaTypeParts> scan_media_type(std::string_view text) {
  ValueReader reader(text);
  reader.skip_space();
  MediaTypeParts parts;
  parts.type = reader.take_token();
  if (parts.type.empty()) return reader.fault("expected a media type");
  if (!reader.take_separator('/')) return reader.fault("expected \"/\" after the media type");
  parts.subtype = reader.take_token();
  if (parts.subtype.empty()) return reader.fault("expected a subtype after \"/\"");
  parts.parameters_at = reader.at();
  return parts;
}

Scanned<MediaType> parse_media_type(std::string_view text) {
  const auto parts = scan_media_type(text);
  if (!parts) return tl::unexpected<Fault>(parts.error());
  MediaType media{lower_case(parts->type), lower_case(parts->subtype), {}};
  if (const auto wrong = read_value_parameters(text, parts->parameters_at, media.parameters)) {
    return tl::unexpected<Fault>(*wrong);
  }
  return media;
}

std::string to_string(const MediaType& media) {
  std::string text = as_token(media.type) + '/' + as_token(media.subtype);
  append_parameters(text, media.parameters);
  return text;
}

bool is_media_type(const MediaType& media, std::string_view name) {
  const auto slash = name.find('/');
  return slash != std::string_view::npos &&
         equal_ignoring_case(media.type, name.substr(0, slash)) &&
         equal_ignoring_case(media.subtype, name.substr(slash + 1));
}

}  // namespace godwit::sip
