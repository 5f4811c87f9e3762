// SPDX-License-Identifier: Apache-2.0
#include "sip/message/uri.h"

#include <algorithm>

#include "sip/message/grammar.h"
#include "sip/message/scan.h"

namespace godwit::sip {
namespace {

// What can stand in no URI: blanks, controls and the delimiters of RFC 3986 appendix C.
bool breaks_a_uri(char c) {
  return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f || c == '<' || c == '>' || c == '"';
}

// scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )
bool is_scheme(std::string_view text) {
  const auto is_alpha = [](char c) { return to_lower(c) >= 'a' && to_lower(c) <= 'z'; };
  return !text.empty() && is_alpha(text.front()) &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return is_alpha(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
         });
}

// The headers after "?": hname "=" hvalue, separated by "&".
std::optional<Fault> check_headers(std::string_view headers) {
  for (std::size_t at = 0; at <= headers.size();) {
    const auto end = std::min(headers.find('&', at), headers.size());
    const auto name_end = std::min(headers.find('=', at), end);
    if (name_end == at) return Fault{"header name missing", at};
    at = end + 1;
  }
  return std::nullopt;
}

Parameters read_headers(std::string_view headers) {
  Parameters read;
  for (std::size_t at = 0; at < headers.size();) {
    const auto end = std::min(headers.find('&', at), headers.size());
    const auto header = headers.substr(at, end - at);
    const auto equals = header.find('=');
    auto& parameter = read.emplace_back();
    parameter.name = header.substr(0, equals);
    if (equals != std::string_view::npos) parameter.value = header.substr(equals + 1);
    at = end + 1;
  }
  return read;
}

// [ userinfo ] of "user[:password]@host": "@" stands nowhere else unescaped. Returns where host
// begins.
Scanned<std::size_t> scan_userinfo(std::string_view text, std::size_t at, UriParts& parts) {
  const auto sign = text.find('@', at);
  if (sign == std::string_view::npos) return at;
  const auto userinfo = text.substr(at, sign - at);
  const auto colon = userinfo.find(':');
  parts.user = userinfo.substr(0, colon);
  if (parts.user.empty()) return fault("user missing", at);
  if (colon != std::string_view::npos) parts.password = userinfo.substr(colon + 1);
  return sign + 1;
}

// What follows host and port: uri-parameters, headers.
std::optional<Fault> scan_uri_tail(std::string_view text, std::size_t at, UriParts& parts) {
  const auto question = std::min(text.find('?', at), text.size());
  parts.parameters = text.substr(at, question - at);
  if (!parts.parameters.empty() && parts.parameters.front() != ';') {
    return Fault{"unexpected character after host", at};
  }
  auto wrong = for_each_parameter(parts.parameters, scan_uri_parameter, [](const auto&) {});
  if (wrong) return Fault{wrong->what, wrong->at + at};
  if (question == text.size()) return std::nullopt;
  parts.headers = text.substr(question + 1);
  wrong = check_headers(parts.headers);
  if (wrong) return Fault{wrong->what, wrong->at + question + 1};
  return std::nullopt;
}

void append(std::string& text, const Parameters& parameters, char first, char next) {
  char separator = first;
  for (const Parameter& parameter : parameters) {
    text += separator;
    text += parameter.name;
    if (parameter.value) {
      text += '=';
      text += *parameter.value;
    }
    separator = next;
  }
}

}  // namespace

// SIP-URI = "sip:" [ userinfo ] hostport uri-parameters [ headers ]   (RFC 3261 §19.1.1)
Scanned<UriParts> scan_uri(std::string_view text) {
  const auto* const bad = std::find_if(text.begin(), text.end(), breaks_a_uri);
  if (bad != text.end()) {
    return fault("character not allowed in a URI", static_cast<std::size_t>(bad - text.begin()));
  }
  UriParts parts;
  const auto colon = text.find(':');
  parts.scheme = text.substr(0, colon);
  if (colon == std::string_view::npos || !is_scheme(parts.scheme)) {
    return fault("URI scheme missing", 0);
  }
  if (!equal_ignoring_case(parts.scheme, "sip") && !equal_ignoring_case(parts.scheme, "sips")) {
    parts.opaque = text.substr(colon + 1);
    if (parts.opaque.empty()) return fault("URI ends after its scheme", colon + 1);
    return parts;
  }
  const auto host_at = scan_userinfo(text, colon + 1, parts);
  if (!host_at) return tl::unexpected<Fault>(host_at.error());
  std::size_t at = *host_at;
  const auto host_port = scan_host_port(text, at, Spaces::refused);
  if (!host_port) return tl::unexpected<Fault>(host_port.error());
  parts.host = host_port->host;
  parts.port = host_port->port;
  if (const auto wrong = scan_uri_tail(text, at, parts)) return tl::unexpected<Fault>(*wrong);
  return parts;
}

Uri read_uri(const UriParts& parts) {
  Uri uri;
  uri.scheme = parts.scheme;
  std::transform(uri.scheme.begin(), uri.scheme.end(), uri.scheme.begin(), to_lower);
  if (!uri.is_sip()) {
    uri.opaque = parts.opaque;
    return uri;
  }
  uri.user = parts.user;
  uri.password = parts.password;
  uri.host = host_from_text(parts.host);
  uri.port = parts.port;
  uri.parameters = read_parameters(parts.parameters, scan_uri_parameter);
  uri.headers = read_headers(parts.headers);
  return uri;
}

Result<Uri> parse_uri(std::string_view text) {
  const auto parts = scan_uri(text);
  if (!parts) return tl::unexpected<Error>(malformed("URI", parts.error()));
  return read_uri(*parts);
}

std::string to_string(const Uri& uri) {
  std::string text = uri.scheme + ':';
  if (!uri.is_sip()) return text + uri.opaque;
  if (!uri.user.empty()) {
    text += uri.user;
    if (!uri.password.empty()) text += ':' + uri.password;
    text += '@';
  }
  text += to_string(uri.host);
  if (uri.port != 0) text += ':' + std::to_string(uri.port);
  append(text, uri.parameters, ';', ';');
  append(text, uri.headers, '?', '&');
  return text;
}

}  // namespace godwit::sip
