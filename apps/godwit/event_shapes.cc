// SPDX-License-Identifier: Apache-2.0
#include "event_shapes.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace godwit::cli {
namespace {

template <std::size_t... I>
std::vector<Event> one_of_each(std::index_sequence<I...> /*alternatives*/) {
  return {Event(std::in_place_index<I>)...};
}

/// An event for each type: a registration has one for each of its states.
std::vector<Event> samples() {
  std::vector<Event> all = one_of_each(std::make_index_sequence<std::variant_size_v<Event>>());
  for (const RegistrationState state : {RegistrationState::registered, RegistrationState::failed,
                                        RegistrationState::unregistered}) {
    RegistrationChanged changed;
    changed.state = state;
    all.emplace_back(changed);
    all.emplace_back(StandbyChanged{changed, {}});
  }
  return all;
}

}  // namespace

const std::vector<std::string>& event_types() {
  static const std::vector<std::string> types = [] {
    std::vector<std::string> names;
    for (const Event& event : samples()) names.emplace_back(type_of(event));
    return names;
  }();
  return types;
}

Json event_shape(std::string_view type) {
  for (const Event& event : samples()) {
    if (type_of(event) == type) return to_json(event, {});
  }
  return nullptr;
}

Json field_of(const Json& event, std::string_view path) {
  const Json* at = &event;
  while (!path.empty()) {
    const auto dot = path.find('.');
    const std::string name(path.substr(0, dot));
    if (!at->is_object() || !at->contains(name)) return nullptr;
    at = &(*at)[name];
    path = dot == std::string_view::npos ? "" : path.substr(dot + 1);
  }
  return *at;
}

std::vector<std::string> field_names(const Json& event) {
  std::vector<std::string> names;
  if (!event.is_object()) return names;
  for (const auto& [name, value] : event.items()) {
    names.push_back(name);
    for (const std::string& inner : field_names(value)) names.push_back(name + "." + inner);
  }
  return names;
}

}  // namespace godwit::cli
