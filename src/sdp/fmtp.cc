// SPDX-License-Identifier: Apache-2.0
#include "sdp/fmtp.h"

#include <algorithm>

#include "base/limits.h"

namespace godwit::sdp {

Scanned<Fmtp> parse_fmtp(std::string_view value) {
  const auto parts = scan_fmtp(value);
  if (!parts) return tl::unexpected(parts.error());
  return Fmtp{std::string(parts->format), std::string(parts->parameters)};
}

std::string to_string(const Fmtp& fmtp) {
  return fmtp.format + ' ' + fmtp.parameters;
}

Scanned<FormatParameters> parse_format_parameters(std::string_view text) {
  FormatParameters parameters;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find(';', at), text.size());
    const std::string_view item = text.substr(at, end - at);
    const auto equals = item.find('=');
    const std::string_view key = trim(item.substr(0, equals));
    if (equals != std::string_view::npos && key.empty()) {
      return fault("expected a parameter's name before \"=\"", at + equals);
    }
    if (!key.empty()) {
      if (parameters.size() == limits::kFormatParameters) {
        return fault("expected at most 64 parameters", at);
      }
      parameters.push_back({std::string(key), std::nullopt});
      if (equals != std::string_view::npos) {
        parameters.back().value = std::string(trim(item.substr(equals + 1)));
      }
    }
    at = end + 1;
  }
  return parameters;
}

std::string to_string(const FormatParameters& parameters) {
  std::string text;
  for (const FormatParameter& parameter : parameters) {
    if (!text.empty()) text += ';';
    text += parameter.key;
    if (parameter.value) text += '=' + *parameter.value;
  }
  return text;
}

const FormatParameter* find_parameter(const FormatParameters& parameters, std::string_view key) {
  const auto found = std::find_if(parameters.begin(), parameters.end(),
                                  [&](const auto& p) { return equal_ignoring_case(p.key, key); });
  return found == parameters.end() ? nullptr : &*found;
}

}  // namespace godwit::sdp
