// SPDX-License-Identifier: Apache-2.0
#include "sip/transport/tls_identity.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "net/ip_address.h"

namespace godwit::sip {
namespace {

constexpr std::size_t kLongestName = 253;  // RFC 1035 §2.3.4, without the dot at the end
constexpr std::size_t kLongestLabel = 63;

bool is_label_char(char c) {
  return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z') || c == '-' || c == '_';
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= kLongestLabel &&
         std::all_of(label.begin(), label.end(), is_label_char);
}

/// No NUL, no blank, no wildcard, no empty label: what is none of this is nobody's name.
bool is_dns_name(std::string_view name) {
  if (name.size() > kLongestName) return false;
  for (;;) {
    const auto dot = name.find('.');
    if (!is_label(name.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

// RFC 5922 §7.2: whole, and without regard to case.
bool same_name(std::string_view said, std::string_view domain) {
  return is_dns_name(said) && equal_ignoring_case(said, domain);
}

/// RFC 6125 §6.4.3, within what browsers accept too: the whole first label, and two more at least.
bool wildcard_covers(std::string_view said, std::string_view domain) {
  if (said.substr(0, 2) != "*.") return false;
  const auto rest = said.substr(2);
  const auto dot = domain.find('.');
  return rest.find('.') != std::string_view::npos && dot != std::string_view::npos &&
         same_name(rest, domain.substr(dot + 1));
}

bool names_domain(std::string_view said, std::string_view domain, Wildcards wildcards) {
  if (same_name(said, domain)) return true;
  return wildcards == Wildcards::allowed && wildcard_covers(said, domain);
}

/// The host of a sip URI without user part, whatever it is; empty for all others (RFC 5922 §7.1).
std::optional<std::string_view> sip_identity(std::string_view uri) {
  constexpr std::string_view kScheme = "sip:";
  if (!equal_ignoring_case(uri.substr(0, kScheme.size()), kScheme)) return std::nullopt;
  if (uri.find('@') != std::string_view::npos) return std::nullopt;
  uri.remove_prefix(kScheme.size());
  return uri.substr(0, uri.find_first_of(":;?"));
}

bool proves_address(const CertificateNames& names, const net::IpAddress& address) {
  return std::any_of(names.addresses.begin(), names.addresses.end(), [&](const std::string& said) {
    return net::IpAddress::parse(said) == address;
  });
}

bool proves_name(const CertificateNames& names, std::string_view domain, Wildcards wildcards) {
  bool has_sip_uri = false;
  for (const std::string& uri : names.uris) {
    const auto identity = sip_identity(uri);
    if (!identity) continue;
    if (same_name(*identity, domain)) return true;
    has_sip_uri = true;
  }
  if (has_sip_uri) return false;
  if (!names.has_alternative_names) return names_domain(names.common_name, domain, wildcards);
  return std::any_of(names.dns_names.begin(), names.dns_names.end(), [&](const std::string& said) {
    return names_domain(said, domain, wildcards);
  });
}

}  // namespace

bool proves(const CertificateNames& names, std::string_view domain, Wildcards wildcards) {
  if (const auto address = net::IpAddress::parse(domain)) return proves_address(names, *address);
  if (!domain.empty() && domain.back() == '.') domain.remove_suffix(1);  // the root may be said
  return is_dns_name(domain) && proves_name(names, domain, wildcards);
}

}  // namespace godwit::sip
