// SPDX-License-Identifier: Apache-2.0
#include "sip/auth/auth_parameters.h"

#include "base/limits.h"
#include "sip/message/char_class.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace godwit::sip {
namespace {

/// The first byte from `p` on that needs a second look in a quoted string: a quote, a backslash, a
/// control character. Nonces and responses are long: sixteen bytes at a step where that can be.
const char* skip_quoted(const char* p, const char* end) {
#if defined(__SSE2__)
  for (; end - p >= 16; p += 16) {
    const auto bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const auto controls = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes);
    const auto marks = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                    _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    const auto found = static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(controls, marks)));
    if (found != 0) return p + std::countr_zero(found);
  }
#endif
  return skip(p, end, kQuotedChar);
}

/// Adds a character of a token, in lower case, to the word of the last eight: names are compared as
/// numbers. Bit 5 makes letters small and gives no two other token characters the same code.
constexpr std::uint64_t add_to_word(std::uint64_t word, char c) {
  return word << 8U | static_cast<unsigned char>(c) | 0x20U;
}
constexpr std::uint64_t word(std::string_view token) {
  std::uint64_t result = 0;
  for (const char c : token) result = add_to_word(result, c);
  return result;
}

AuthName name_of_nine(char first, std::uint64_t last_eight) {
  switch (last_eight) {
    case word("lgorithm"):
      return to_lower(first) == 'a' ? AuthName::algorithm : AuthName::other;
    case word("sername*"):
      return to_lower(first) == 'u' ? AuthName::username_extended : AuthName::other;
    case word("extnonce"):
      return to_lower(first) == 'n' ? AuthName::next_nonce : AuthName::other;
    default:
      return AuthName::other;
  }
}

AuthName name_of(std::string_view token, std::uint64_t last_eight) {
  if (token.size() == 9) return name_of_nine(token[0], last_eight);
  if (token.size() > 9) return AuthName::other;
  switch (last_eight) {
    case word("username"):
      return AuthName::username;
    case word("realm"):
      return AuthName::realm;
    case word("nonce"):
      return AuthName::nonce;
    case word("uri"):
      return AuthName::uri;
    case word("response"):
      return AuthName::response;
    case word("cnonce"):
      return AuthName::cnonce;
    case word("opaque"):
      return AuthName::opaque;
    case word("qop"):
      return AuthName::qop;
    case word("nc"):
      return AuthName::nonce_count;
    case word("userhash"):
      return AuthName::userhash;
    case word("domain"):
      return AuthName::domain;
    case word("stale"):
      return AuthName::stale;
    case word("charset"):
      return AuthName::charset;
    case word("rspauth"):
      return AuthName::response_auth;
    default:
      return AuthName::other;
  }
}

const char* skip_blanks(const char* p, const char* end) {
  while (p != end && is_whitespace(*p)) ++p;
  return p;
}

/// Does a scheme begin at `at`, and not a parameter? A scheme is followed by white space and by
/// anything but "=", or stands alone.
bool is_scheme_at(std::string_view list, std::size_t at) {
  const char* const begin = list.data() + at;
  const char* const end = list.data() + list.size();
  const char* const after = skip(begin, end, kTokenChar);
  if (after == begin) return false;
  const auto next = skip_whitespace(list, at + static_cast<std::size_t>(after - begin));
  if (next == list.size() || list[next] == ',') return true;
  return list[next] != '=' && is_whitespace(*after);
}

std::size_t skip_separators(std::string_view list, std::size_t at) {
  while (at < list.size() && (is_whitespace(list[at]) || list[at] == ',')) ++at;
  return at;
}

/// The next comma outside quotes. "<" has no meaning here, unlike in other lists.
std::size_t end_of_parameter(std::string_view list, std::size_t at) {
  while (at < list.size() && list[at] != ',') {
    const auto end = list[at] == '"' ? end_of_quoted_string(list, at) : at + 1;
    if (end == std::string_view::npos) return list.size();
    at = end;
  }
  return at;
}

}  // namespace

AuthName auth_name(std::string_view token) {
  return name_of(token, word(token));
}

AuthParameterReader::AuthParameterReader(std::string_view text, Begin begin)
    : begin_(text.data()), end_(begin_ + text.size()), at_(skip_blanks(begin_, end_)) {
  if (begin == Begin::with_scheme) read_scheme();
}

// challenge  =  auth-scheme LWS auth-param *(COMMA auth-param)      (RFC 3261 §25.1)
void AuthParameterReader::read_scheme() {
  const char* const scheme = at_;
  at_ = skip(at_, end_, kTokenChar);
  scheme_ = {scheme, static_cast<std::size_t>(at_ - scheme)};
  if (scheme_.empty()) stop("expected an authentication scheme", at_);
  if (at_ != end_ && !is_whitespace(*at_)) stop("expected a space after the scheme", at_);
}

// auth-param  =  token EQUAL ( token / quoted-string )      (RFC 3261 §25.1)
const AuthParameterParts* AuthParameterReader::next() {
  const char* p = at_;
  while (p != end_ && (is_whitespace(*p) || *p == ',')) ++p;
  if (p == end_) return nullptr;
  if (count_++ == limits::kAuthParameters) return stop("too many parameters", p);

  const char* const name = p;
  std::uint64_t last_eight = 0;
  for (; p != end_ && is_in(*p, kTokenChar); ++p) last_eight = add_to_word(last_eight, *p);
  if (p == name) return stop("expected a token before \"=\"", p);
  parts_.name = {name, static_cast<std::size_t>(p - name)};
  parts_.id = name_of(parts_.name, last_eight);

  p = skip_blanks(p, end_);
  if (p == end_ || *p != '=') return stop("expected \"=\" after the parameter name", p);
  p = skip_blanks(p + 1, end_);
  parts_.quoted = p != end_ && *p == '"';
  p = parts_.quoted ? read_quoted(p) : read_bare(p);
  if (p == nullptr) return nullptr;
  at_ = skip_blanks(p, end_);
  if (at_ != end_ && *at_ != ',') return stop("expected \",\" after the value", at_);
  return &parts_;
}

/// @return behind the closing quote; nullptr when there is none
// quoted-pair = "\" (%x00-09 / %x0B-0C / %x0E-7F): even a NUL is good there, a line break never.
const char* AuthParameterReader::read_quoted(const char* quote) {
  const char* const value = quote + 1;
  for (const char* p = value;; ++p) {
    p = skip_quoted(p, end_);
    if (p != end_ && *p == '"') {
      parts_.value = {value, static_cast<std::size_t>(p - value)};
      return p + 1;
    }
    const bool escapes = p != end_ && *p == '\\';
    if (escapes) ++p;
    if (p == end_ || (breaks_a_line(*p) && !(escapes && *p == '\0'))) {
      return stop("unterminated quoted string", quote);
    }
  }
}

/// @return behind the value; nullptr when it is empty
const char* AuthParameterReader::read_bare(const char* value) {
  const char* p = value;
  while (p != end_ && *p != ',' && is_in(*p, kQuotedChar)) ++p;
  while (p != value && is_whitespace(p[-1])) --p;
  if (p == value) return stop("expected a value after \"=\"", p);
  parts_.value = {value, static_cast<std::size_t>(p - value)};
  return p;
}

std::nullptr_t AuthParameterReader::stop(const char* what, const char* at) {
  fault_ = {what, static_cast<std::size_t>(at - begin_)};
  at_ = end_;
  return nullptr;
}

std::optional<Fault> AuthParameterReader::fault() const {
  return *fault_.what == '\0' ? std::nullopt : std::optional(fault_);
}

std::optional<std::string_view> next_challenge(std::string_view list, std::size_t& at) {
  const auto begin = skip_separators(list, at);
  at = begin;
  if (begin == list.size()) return std::nullopt;
  auto end = begin;
  do {
    end = end_of_parameter(list, at);
    at = skip_separators(list, end);
  } while (at < list.size() && !is_scheme_at(list, at));
  return trim(list.substr(begin, end - begin));
}

std::string without_escapes(std::string_view between_quotes) {
  std::string text;
  text.reserve(between_quotes.size());
  for (std::size_t i = 0; i < between_quotes.size(); ++i) {
    if (between_quotes[i] == '\\' && i + 1 < between_quotes.size()) ++i;
    text += between_quotes[i];
  }
  return text;
}

std::string requote(std::string_view between_quotes) {
  std::string text;
  text.reserve(between_quotes.size() + 2);
  text += '"';
  text += between_quotes;
  text += '"';
  return end_of_quoted_string(text, 0) == text.size() ? text : quote(between_quotes);
}

Parameter kept_parameter(const AuthParameterParts& parts) {
  const bool bare = !parts.quoted && is_token(parts.value);
  return {std::string(parts.name), bare ? std::string(parts.value) : requote(parts.value)};
}

Parameters read_other_parameters(std::string_view text, AuthNameSet own) {
  Parameters parameters;
  AuthParameterReader reader(text, AuthParameterReader::Begin::with_scheme);
  while (const auto* parts = reader.next()) {
    if (!own.has(parts->id)) parameters.push_back(kept_parameter(*parts));
  }
  return parameters;
}

bool has_room(AuthNameSet own, const Parameters& parameters) {
  return own.size() + parameters.size() <= limits::kAuthParameters;
}

void append_parameters(std::string& text, const Parameters& parameters, AuthNameSet own) {
  for (const Parameter& parameter : parameters) {
    if (!is_token(parameter.name) || own.has(auth_name(parameter.name))) continue;
    const std::string_view value = parameter.value ? std::string_view(*parameter.value) : "";
    const bool quoted = value.starts_with('"') && end_of_quoted_string(value, 0) == value.size();
    text += ", ";
    text += parameter.name;
    text += '=';
    text += quoted || is_token(value) ? std::string(value) : quote(value);
  }
}

}  // namespace godwit::sip
