// SPDX-License-Identifier: Apache-2.0
#include "sip/message/grammar.h"
#include "sip/message/scan.h"
#include "sip/message/uri.h"

namespace godwit::sip {
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
