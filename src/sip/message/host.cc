// SPDX-License-Identifier: Apache-2.0
#include "base/overloaded.h"
#include "sip/message/grammar.h"
#include "sip/message/uri.h"

namespace godwit::sip {
std::string to_string(const Host& host) {
  return std::visit(
      overloaded{[](const std::string& name) { return name; },
                 [](const net::IpAddress& address) { return net::to_uri_host(address); }},
      host);
}

Host host_from_text(std::string_view text) {
  if (const auto address = net::IpAddress::parse(text)) return *address;
  // The grammar of RFC 3261 produced three colons; RFC 5118 §4.10 asks to take them.
  if (const auto colons = text.find(":::"); colons != std::string_view::npos) {
    std::string mended(text);
    mended.erase(colons, 1);
    if (const auto address = net::IpAddress::parse(mended)) return *address;
  }
  return std::string(text);
}

bool same_host(const Host& a, const Host& b) {
  const auto* const a_name = std::get_if<std::string>(&a);
  const auto* const b_name = std::get_if<std::string>(&b);
  if (a_name != nullptr && b_name != nullptr) return equal_ignoring_case(*a_name, *b_name);
  return a == b;
}

}  // namespace godwit::sip
