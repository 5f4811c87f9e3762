// SPDX-License-Identifier: Apache-2.0
#include <charconv>

#include "base/overloaded.h"
#include "sip/message/grammar.h"
#include "sip/message/scan.h"
#include "sip/message/uri.h"

namespace godwit::sip {
namespace {

// Host names take "_" too: it is no letter of RFC 1123, but some networks use it.
bool is_host_char(char c) {
  return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z') || c == '-' || c == '.' ||
         c == '_';
}

bool is_address_char(char c) {
  return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f') || c == ':' || c == '.';
}

// "[...]" or a name; the position after it, or `at` when there is none.
std::size_t end_of_host(std::string_view text, std::size_t at) {
  if (at < text.size() && text[at] == '[') {
    auto end = at + 1;
    while (end < text.size() && is_address_char(text[end])) ++end;
    return end > at + 1 && end < text.size() && text[end] == ']' ? end + 1 : at;
  }
  auto end = at;
  while (end < text.size() && is_host_char(text[end])) ++end;
  return end;
}

}  // namespace

Scanned<HostPort> scan_host_port(std::string_view text, std::size_t& at, Spaces spaces) {
  const auto over = [&](std::size_t from) {
    return spaces == Spaces::allowed ? skip_whitespace(text, from) : from;
  };
  const auto host_end = end_of_host(text, at);
  if (host_end == at) return fault("host missing", at);
  HostPort found{text.substr(at, host_end - at), 0};
  at = over(host_end);
  if (at == text.size() || text[at] != ':') return found;

  const auto port_at = over(at + 1);
  const char* const digits = text.data() + port_at;
  const auto [end, error] = std::from_chars(digits, text.data() + text.size(), found.port);
  if (end == digits) return fault("port missing", port_at);
  if (error != std::errc{}) return fault("port too large", port_at);
  at = over(static_cast<std::size_t>(end - text.data()));
  return found;
}

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
