// SPDX-License-Identifier: Apache-2.0
#include "sip/message/uri.h"

#include <algorithm>

#include "sip/message/grammar.h"
#include "sip/message/scan.h"

namespace godwit::sip {
namespace {

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
