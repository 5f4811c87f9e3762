// SPDX-License-Identifier: Apache-2.0
#include "sip/header/identity.h"

#include <algorithm>

#include "sip/header/text_parameter.h"
#include "sip/header/value_parameters.h"
#include "sip/message/scan.h"

namespace godwit::sip {
namespace {

/// `;info=<URI>`: the one parameter whose value stands in angle brackets. It ends at its ">".
struct InfoPlace {
  std::size_t semicolon = 0;
  std::size_t open = 0;
  std::size_t close = 0;
};

// The first "<" outside quotes can only be that of info: no other value holds one.
std::size_t find_open_bracket(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] != '<') {
    const bool quoted = text[at] == '"';
    at = quoted ? std::min(end_of_quoted_string(text, at), text.size()) : at + 1;
  }
  return at;
}

Scanned<InfoPlace> find_info(std::string_view text, std::size_t begin) {
  constexpr const char* kExpected = "expected a parameter \"info=<URI>\"";
  InfoPlace place;
  place.open = find_open_bracket(text, begin);
  if (place.open == text.size()) return fault(kExpected, place.open);
  place.semicolon = text.rfind(';', place.open);
  if (place.semicolon == std::string_view::npos || place.semicolon < begin) {
    return fault("expected \";\"", begin);
  }
  const auto name_at = skip_whitespace(text, place.semicolon + 1);
  const auto name = trim(text.substr(name_at, place.open - name_at));
  const bool ends_well =
      name.ends_with('=') && equal_ignoring_case(trim(name.substr(0, name.size() - 1)), "info");
  if (!ends_well) return fault(kExpected, name_at);
  place.close = text.find('>', place.open);
  if (place.close == std::string_view::npos) return fault("expected \">\"", text.size());
  return place;
}

bool is_digest_char(char c) {
  const bool alphanumeric = is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z');
  // base64url (erratum 6499), and the base64 that the RFC's own grammar has.
  return alphanumeric || std::string_view("-_+/=.").find(c) != std::string_view::npos;
}

}  // namespace

// signed-identity-digest SEMI "info" EQUAL LAQUOT absoluteURI RAQUOT
//     *( SEMI ( "alg" EQUAL token / "ppt" EQUAL token / generic-param ) )
// Some put info behind other parameters, and ppt in quotes: both are taken.
Scanned<Identity> parse_identity(std::string_view text) {
  const auto begin = skip_whitespace(text, 0);
  const auto* const end = std::find_if_not(text.begin() + begin, text.end(), is_digest_char);
  const auto digest_end = static_cast<std::size_t>(end - text.begin());
  if (digest_end == begin) return fault("expected a signature in base64", begin);
  const auto place = find_info(text, digest_end);
  if (!place) return tl::unexpected<Fault>(place.error());
  const auto uri = scan_uri(text.substr(place->open + 1, place->close - place->open - 1));
  if (!uri) return shifted(uri.error(), place->open + 1);

  Identity identity;
  identity.digest = text.substr(begin, digest_end - begin);
  identity.info = read_uri(*uri);
  const auto take = [&](std::string_view name, std::optional<std::string_view> value) -> Taken {
    if (equal_ignoring_case(name, "alg")) return put_text(identity.alg, value);
    if (equal_ignoring_case(name, "ppt")) return put_text(identity.ppt, value);
    return false;
  };
  for (const auto& [part, at] : {std::pair{text.substr(0, place->semicolon), digest_end},
                                 std::pair{text, place->close + 1}}) {
    const auto wrong = read_value_parameters(part, at, identity.other, take);
    if (wrong) return tl::unexpected<Fault>(*wrong);
  }
  return identity;
}

std::string to_string(const Identity& identity) {
  std::string text = identity.digest.empty() ? "-" : identity.digest;
  std::replace_if(
      text.begin(), text.end(), [](char c) { return !is_digest_char(c); }, '-');
  text += ";info=<" + to_string(identity.info) + '>';
  append_text_parameter(text, "alg", identity.alg);
  append_text_parameter(text, "ppt", identity.ppt);
  append_parameters(text, identity.other);
  return text;
}

}  // namespace godwit::sip
