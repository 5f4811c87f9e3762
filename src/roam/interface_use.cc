// SPDX-License-Identifier: Apache-2.0
#include "roam/interface_use.h"

#include <algorithm>
#include <array>
#include <utility>

namespace godwit::roam {
namespace {

constexpr std::array<std::pair<std::string_view, InterfaceClass>, 19> kPrefixes{{
    {"en", InterfaceClass::ethernet},     {"eth", InterfaceClass::ethernet},
    {"wl", InterfaceClass::wifi},         {"wifi", InterfaceClass::wifi},
    {"ww", InterfaceClass::cellular},     {"lte", InterfaceClass::cellular},
    {"rmnet", InterfaceClass::cellular},  {"ccmni", InterfaceClass::cellular},
    {"pdp_ip", InterfaceClass::cellular}, {"usb", InterfaceClass::cellular},
    {"tun", InterfaceClass::vpn},         {"tap", InterfaceClass::vpn},
    {"wg", InterfaceClass::vpn},          {"ppp", InterfaceClass::vpn},
    {"ipsec", InterfaceClass::vpn},       {"vti", InterfaceClass::vpn},
    {"utun", InterfaceClass::vpn},        {"tailscale", InterfaceClass::vpn},
    {"vpn", InterfaceClass::vpn},
}};

bool is_metered(std::string_view interface, const NetworkPolicy& policy) {
  return std::any_of(policy.metered.begin(), policy.metered.end(), [&](const std::string& pattern) {
    return matches(pattern, interface);
  });
}

}  // namespace

InterfaceClass class_of(std::string_view interface) {
  for (const auto& [prefix, kind] : kPrefixes) {
    if (interface.starts_with(prefix)) return kind;
  }
  return InterfaceClass::other;
}

std::string_view to_string(InterfaceClass kind) {
  switch (kind) {
    case InterfaceClass::ethernet:
      return "ethernet";
    case InterfaceClass::wifi:
      return "wifi";
    case InterfaceClass::cellular:
      return "cellular";
    case InterfaceClass::vpn:
      return "vpn";
    case InterfaceClass::other:
      return "other";
  }
  return "";
}

bool matches(std::string_view pattern, std::string_view interface) {
  if (pattern == to_string(class_of(interface)) || pattern == interface) return true;
  return pattern.ends_with('*') && interface.starts_with(pattern.substr(0, pattern.size() - 1));
}

InterfaceUse use_of(std::string_view interface, const NetworkPolicy& policy) {
  for (const auto& rule : policy.interfaces) {
    if (matches(rule.match, interface)) return rule.use;
  }
  if (is_metered(interface, policy)) return InterfaceUse::last_resort;
  switch (class_of(interface)) {
    case InterfaceClass::vpn:
      return InterfaceUse::last_resort;
    case InterfaceClass::cellular:
      return InterfaceUse::standby;
    case InterfaceClass::ethernet:
    case InterfaceClass::wifi:
    case InterfaceClass::other:
      break;
  }
  return InterfaceUse::prefer;
}

}  // namespace godwit::roam
