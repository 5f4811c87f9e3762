// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sip/message/grammar.h"
#include "sip/message/scan.h"
#include "sip/message/uri.h"

namespace godwit::sip {
namespace {

std::size_t end_of_token(std::string_view text, std::size_t at) {
  while (at < text.size() && is_token_char(text[at])) ++at;
  return at;
}

// gen-value without quotes = token / host: whatever holds no separator of the field is taken.
std::size_t end_of_bare_value(std::string_view text, std::size_t at) {
  const auto end = text.find_first_of(" \t;,<>\"=?", at);
  return std::min(end, text.size());
}

}  // namespace

// generic-param = token [ EQUAL gen-value ], separated by SEMI, with white space around both
Scanned<ParameterParts> scan_field_parameter(std::string_view text, std::size_t& at) {
  if (text[at] != ';') return fault("\";\" expected", at);
  const auto name_at = skip_whitespace(text, at + 1);
  const auto name_end = end_of_token(text, name_at);
  if (name_end == name_at) return fault("parameter name missing", name_at);
  ParameterParts parameter{text.substr(name_at, name_end - name_at), std::nullopt};

  at = skip_whitespace(text, name_end);
  if (at == text.size() || text[at] != '=') return parameter;
  const auto value_at = skip_whitespace(text, at + 1);
  const bool quoted = value_at < text.size() && text[value_at] == '"';
  const auto value_end =
      quoted ? end_of_quoted_string(text, value_at) : end_of_bare_value(text, value_at);
  if (value_end == std::string_view::npos) return fault("quoted string does not end", value_at);
  if (value_end == value_at) return fault("parameter value missing", value_at);
  parameter.value = text.substr(value_at, value_end - value_at);
  at = skip_whitespace(text, value_end);
  return parameter;
}

// uri-parameter = pname [ "=" pvalue ]; an empty value, though not in the grammar, does no harm.
Scanned<ParameterParts> scan_uri_parameter(std::string_view text, std::size_t& at) {
  const auto begin = at + 1;
  const auto end = std::min(text.find(';', begin), text.size());
  const auto parameter = text.substr(begin, end - begin);
  const auto equals = parameter.find('=');
  const auto name = parameter.substr(0, equals);
  if (name.empty()) return fault("parameter name missing", begin);
  at = end;
  if (equals == std::string_view::npos) return ParameterParts{name, std::nullopt};
  return ParameterParts{name, parameter.substr(equals + 1)};
}

Parameters read_parameters(std::string_view text,
                           Scanned<ParameterParts> (*scan)(std::string_view, std::size_t&)) {
  Parameters parameters;
  for_each_parameter(text, scan, [&](const ParameterParts& parts) {
    auto& parameter = parameters.emplace_back();
    parameter.name = parts.name;
    if (parts.value) parameter.value = std::string(*parts.value);
  });
  return parameters;
}

const std::string* find_parameter(const Parameters& parameters, std::string_view name) {
  static const std::string kBare;
  for (const Parameter& parameter : parameters) {
    if (equal_ignoring_case(parameter.name, name)) {
      return parameter.value ? &*parameter.value : &kBare;
    }
  }
  return nullptr;
}

bool has_parameter(const Parameters& parameters, std::string_view name) {
  return find_parameter(parameters, name) != nullptr;
}

void set_parameter(Parameters& parameters, std::string_view name,
                   std::optional<std::string> value) {
  for (Parameter& parameter : parameters) {
    if (equal_ignoring_case(parameter.name, name)) {
      parameter.value = std::move(value);
      return;
    }
  }
  parameters.push_back({std::string(name), std::move(value)});
}

}  // namespace godwit::sip
