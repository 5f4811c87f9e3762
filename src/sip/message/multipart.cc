// SPDX-License-Identifier: Apache-2.0
#include "sip/message/multipart.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "sip/message/field.h"
#include "sip/message/scan.h"

namespace godwit::sip {
namespace {

constexpr std::size_t kMaxBoundary = 70;  // RFC 2046 §5.1.1

/// Content-Type = m-type SLASH m-subtype *( SEMI m-parameter )
struct MediaTypeParts {
  std::string_view type;
  std::string_view subtype;
  std::size_t parameters_at = 0;
};

std::size_t end_of_token(std::string_view text, std::size_t at) {
  while (at < text.size() && is_token_char(text[at])) ++at;
  return at;
}

Scanned<MediaTypeParts> scan_media_type(std::string_view text) {
  const auto type_at = skip_whitespace(text, 0);
  const auto type_end = end_of_token(text, type_at);
  if (type_end == type_at) return fault("expected a media type", type_at);
  const auto slash = skip_whitespace(text, type_end);
  if (slash == text.size() || text[slash] != '/') {
    return fault("expected \"/\" in a media type", slash);
  }
  const auto subtype_at = skip_whitespace(text, slash + 1);
  const auto subtype_end = end_of_token(text, subtype_at);
  if (subtype_end == subtype_at) return fault("expected a subtype after \"/\"", subtype_at);
  return MediaTypeParts{text.substr(type_at, type_end - type_at),
                        text.substr(subtype_at, subtype_end - subtype_at),
                        skip_whitespace(text, subtype_end)};
}

/// The line that begins at `at`: where its text ends, and where the next one begins.
struct Line {
  std::size_t end = 0;
  std::size_t next = 0;
};

// A line ends in CRLF; a bare LF is taken too, as in the message around it.
Line line_at(std::string_view text, std::size_t at) {
  const auto feed = text.find('\n', at);
  if (feed == std::string_view::npos) return {text.size(), text.size()};
  const bool has_return = feed > at && text[feed - 1] == '\r';
  return {feed - (has_return ? 1 : 0), feed + 1};
}

/// The next header field at `at`, its folded lines included; moves `at` behind it. Empty: none is
/// left.
std::string_view take_field(std::string_view header, std::size_t& at) {
  const auto begin = at;
  if (begin >= header.size()) return {};
  auto line = line_at(header, begin);
  while (line.next < header.size() && is_whitespace(header[line.next])) {
    line = line_at(header, line.next);
  }
  at = line.next;
  return header.substr(begin, line.end - begin);
}

bool is_same_field(std::string_view a, std::string_view b) {
  const Field known = field_from_name(a);
  if (known != Field::extension) return known == field_from_name(b);
  return equal_ignoring_case(a, b);
}

std::string unfolded(std::string_view value) {
  std::string text(value);
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n'; }, ' ');
  return std::string(trim(text));
}

std::optional<Fault> check_header(std::string_view header) {
  for (std::size_t at = 0; at < header.size();) {
    const auto begin = at;
    const auto field = take_field(header, at);
    const auto colon = field.find(':');
    if (colon == std::string_view::npos) return Fault{"expected \":\" in a part's header", begin};
    if (!is_token(trim(field.substr(0, colon)))) {
      return Fault{"expected a field name in a part's header", begin};
    }
    if (const auto nul = field.find('\0'); nul != std::string_view::npos) {
      return Fault{"control character in a part's header", begin + nul};
    }
  }
  return std::nullopt;
}

/// A line that separates parts: "--" boundary, and "--" again behind the last part.
struct Delimiter {
  std::size_t begin = 0;
  std::size_t end = 0;  // where the next line begins
  bool is_last = false;
};

// delimiter = CRLF "--" boundary; it takes up a whole line, with padding of blanks at its end, so
// that "--ab" is no delimiter where the boundary is "a".
std::optional<Delimiter> delimiter_at(std::string_view body, std::string_view boundary,
                                      std::size_t at) {
  constexpr std::string_view kDashes = "--";
  const auto rest = body.substr(at);
  if (rest.substr(0, kDashes.size()) != kDashes) return std::nullopt;
  if (rest.substr(kDashes.size(), boundary.size()) != boundary) return std::nullopt;
  auto behind = at + kDashes.size() + boundary.size();
  const bool is_last = body.substr(behind, kDashes.size()) == kDashes;
  if (is_last) behind += kDashes.size();
  const auto line = line_at(body, behind);
  if (skip_whitespace(body.substr(0, line.end), behind) != line.end) return std::nullopt;
  return Delimiter{at, line.next, is_last};
}

std::optional<Delimiter> find_delimiter(std::string_view body, std::string_view boundary,
                                        std::size_t at) {
  while (at < body.size()) {
    if (const auto found = delimiter_at(body, boundary, at)) return found;
    at = line_at(body, at).next;
  }
  return std::nullopt;
}

// body-part = MIME-part-headers [CRLF *OCTET]
BodyPart split_part(std::string_view part, std::size_t depth) {
  BodyPart split;
  split.depth = depth;
  for (std::size_t at = 0; at < part.size();) {
    const auto line = line_at(part, at);
    if (line.end == at) {
      split.header = part.substr(0, at);
      split.body = part.substr(line.next);
      return split;
    }
    at = line.next;
  }
  split.header = part;
  split.body = part.substr(part.size());
  return split;
}

/// Walks the parts depth first, with a stack of its own: a stranger says how deep.
class MultipartParser {
 public:
  explicit MultipartParser(std::string_view body) : whole_(body) {}

  Scanned<std::vector<BodyPart>> parse(std::string_view content_type) {
    auto boundary = boundary_of(content_type);
    if (!boundary) return tl::unexpected<Fault>(boundary.error());
    auto wrong = open(whole_, *std::move(boundary), 1);
    while (!wrong && !levels_.empty()) wrong = take_part();
    if (wrong) return tl::unexpected<Fault>(*wrong);
    return std::move(parts_);
  }

 private:
  struct Level {
    std::string_view body;
    std::string boundary;
    std::size_t depth = 1;
    std::size_t at = 0;  // behind the last delimiter
  };

  /// Where a part of the whole begins.
  [[nodiscard]] std::size_t place_of(std::string_view part) const {
    return static_cast<std::size_t>(part.data() - whole_.data());
  }

  std::optional<Fault> open(std::string_view body, std::string boundary, std::size_t depth) {
    const auto first = find_delimiter(body, boundary, 0);
    if (!first) return Fault{"expected \"--\" and the boundary", place_of(body) + body.size()};
    if (first->is_last) {
      return Fault{"expected a part before the end boundary", place_of(body) + first->begin};
    }
    levels_.push_back({body, std::move(boundary), depth, first->end});
    return std::nullopt;
  }

  std::optional<Fault> take_part() {
    Level& level = levels_.back();
    const auto depth = level.depth;
    const auto begin = level.at;
    const auto end = find_delimiter(level.body, level.boundary, begin);
    if (!end) return Fault{"expected the end boundary", place_of(level.body) + level.body.size()};
    const auto text = level.body.substr(begin, end_of_part(level.body, begin, end->begin) - begin);
    level.at = end->end;
    if (end->is_last) levels_.pop_back();
    return enter(split_part(text, depth));
  }

  // The line end before a delimiter is the delimiter's, not the part's.
  static std::size_t end_of_part(std::string_view body, std::size_t begin, std::size_t end) {
    if (end > begin && body[end - 1] == '\n') --end;
    if (end > begin && body[end - 1] == '\r') --end;
    return end;
  }

  std::optional<Fault> enter(BodyPart part) {
    const auto at = place_of(part.header);
    if (parts_.size() == limits::kMultipartParts) return Fault{"too many parts", at};
    if (const auto wrong = check_header(part.header)) return Fault{wrong->what, wrong->at + at};
    const auto content_type = part.content_type();
    part.is_multipart = is_multipart(content_type);
    parts_.push_back(part);
    if (!part.is_multipart) return std::nullopt;
    if (part.depth == limits::kMultipartDepth) return Fault{"parts within parts too deep", at};
    auto boundary = boundary_of(content_type);
    if (!boundary) return Fault{boundary.error().what, at};
    return open(part.body, *std::move(boundary), part.depth + 1);
  }

  std::string_view whole_;
  std::vector<Level> levels_;
  std::vector<BodyPart> parts_;
};

}  // namespace

std::optional<std::string> BodyPart::field(std::string_view name) const {
  for (std::size_t at = 0; at < header.size();) {
    const auto field = take_field(header, at);
    const auto colon = field.find(':');
    if (colon == std::string_view::npos) continue;
    if (is_same_field(trim(field.substr(0, colon)), name)) return unfolded(field.substr(colon + 1));
  }
  return std::nullopt;
}

std::string BodyPart::content_type() const {
  return field("Content-Type").value_or("text/plain");
}

bool is_media_type(std::string_view content_type, std::string_view type) {
  const auto parts = scan_media_type(content_type);
  const auto slash = type.find('/');
  return parts && slash != std::string_view::npos &&
         equal_ignoring_case(parts->type, type.substr(0, slash)) &&
         equal_ignoring_case(parts->subtype, type.substr(slash + 1));
}

bool is_multipart(std::string_view content_type) {
  const auto parts = scan_media_type(content_type);
  return parts && equal_ignoring_case(parts->type, "multipart");
}

Scanned<std::string> boundary_of(std::string_view content_type) {
  const auto parts = scan_media_type(content_type);
  if (!parts) return tl::unexpected<Fault>(parts.error());
  if (!equal_ignoring_case(parts->type, "multipart")) {
    return fault("expected the media type \"multipart\"", 0);
  }
  std::optional<std::string> boundary;
  for (auto at = parts->parameters_at; at < content_type.size();) {
    const auto begin = at;
    const auto parameter = scan_field_parameter(content_type, at);
    if (!parameter) return tl::unexpected<Fault>(parameter.error());
    if (!equal_ignoring_case(parameter->name, "boundary")) continue;
    if (boundary) return fault("boundary given twice", begin);
    const auto value = parameter->value.value_or("");
    const bool quoted = !value.empty() && value.front() == '"';
    boundary = quoted ? unquote(value) : std::string(value);
    if (boundary->empty()) return fault("expected a boundary of 1 to 70 characters", begin);
    if (boundary->size() > kMaxBoundary) return fault("boundary longer than 70 characters", begin);
    // RFC 2046 §5.1.1: blanks at the end of a line could not be told from padding.
    if (is_whitespace(boundary->back())) return fault("boundary ends in a blank", begin);
  }
  if (!boundary) return fault("expected a boundary parameter", content_type.size());
  return *std::move(boundary);
}

Scanned<std::vector<BodyPart>> parse_multipart(std::string_view content_type,
                                               std::string_view body) {
  return MultipartParser(body).parse(content_type);
}

Scanned<std::optional<BodyPart>> find_part(std::string_view content_type, std::string_view body,
                                           std::string_view type) {
  if (!is_multipart(content_type)) {
    if (!is_media_type(content_type, type)) return std::optional<BodyPart>();
    BodyPart whole;
    whole.body = body;
    return std::optional(whole);
  }
  const auto parts = parse_multipart(content_type, body);
  if (!parts) return tl::unexpected<Fault>(parts.error());
  for (const BodyPart& part : *parts) {
    if (!part.is_multipart && is_media_type(part.content_type(), type)) return std::optional(part);
  }
  return std::optional<BodyPart>();
}

}  // namespace godwit::sip
