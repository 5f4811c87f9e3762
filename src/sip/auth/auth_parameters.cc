// SPDX-License-Identifier: Apache-2.0
#include "sip/auth/auth_parameters.h"

#include <algorithm>

#include "sip/message/grammar.h"

namespace godwit::sip {
namespace {

tl::unexpected<Error> malformed_at(const char* what, std::size_t at) {
  return tl::unexpected<Error>(malformed("credentials", Fault{what, at}));
}

std::size_t end_of_token(std::string_view text, std::size_t at) {
  while (at < text.size() && is_token_char(text[at])) ++at;
  return at;
}

/// Reads the value at `at`, a token or a quoted-string, and moves `at` behind it.
Result<std::string> read_value(std::string_view text, std::size_t& at) {
  const std::size_t begin = at;
  if (begin < text.size() && text[begin] == '"') {
    const std::size_t end = end_of_quoted_string(text, begin);
    if (end == std::string_view::npos) return malformed_at("quoted string never ends", begin);
    at = end;
    return unquote(text.substr(begin, end - begin));
  }
  // Some servers leave out the quotes around values that are no tokens; up to the comma is meant.
  at = std::min(text.find(',', begin), text.size());
  const std::string_view value = trim(text.substr(begin, at - begin));
  if (value.empty()) return malformed_at("value missing", begin);
  return std::string(value);
}

// auth-param  =  token EQUAL ( token / quoted-string )      (RFC 3261 §25.1)
Result<AuthParameters::Parameter> read_parameter(std::string_view text, std::size_t& at) {
  const std::size_t begin = at;
  at = end_of_token(text, begin);
  if (at == begin) return malformed_at("parameter name missing", begin);
  AuthParameters::Parameter parameter{std::string(text.substr(begin, at - begin)), {}};
  at = skip_whitespace(text, at);
  if (at == text.size() || text[at] != '=') return malformed_at("'=' missing", at);
  at = skip_whitespace(text, at + 1);
  auto value = read_value(text, at);
  if (!value) return tl::unexpected<Error>(std::move(value.error()));
  parameter.value = std::move(*value);
  at = skip_whitespace(text, at);
  return parameter;
}

}  // namespace

const std::string* AuthParameters::find(std::string_view name) const {
  const auto found = std::find_if(
      parameters.begin(), parameters.end(),
      [name](const Parameter& parameter) { return equal_ignoring_case(parameter.name, name); });
  return found == parameters.end() ? nullptr : &found->value;
}

// challenge  =  auth-scheme LWS auth-param *(COMMA auth-param)      (RFC 3261 §25.1)
Result<AuthParameters> parse_auth_parameters(std::string_view value) {
  AuthParameters result;
  std::size_t at = skip_whitespace(value, 0);
  const std::size_t end = end_of_token(value, at);
  if (end == at) return malformed_at("scheme missing", at);
  result.scheme = value.substr(at, end - at);

  for (at = skip_whitespace(value, end); at < value.size();) {
    auto parameter = read_parameter(value, at);
    if (!parameter) return tl::unexpected<Error>(std::move(parameter.error()));
    result.parameters.push_back(std::move(*parameter));
    if (at == value.size()) break;
    if (value[at] != ',') return malformed_at("',' missing", at);
    at = skip_whitespace(value, at + 1);
  }
  return result;
}

}  // namespace godwit::sip
