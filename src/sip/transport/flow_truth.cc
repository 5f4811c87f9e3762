// SPDX-License-Identifier: Apache-2.0
#include "sip/transport/flow_truth.h"

#include <algorithm>
#include <array>

#include "sip/message/grammar.h"
#include "sip/message/scan.h"
#include "sip/transport/request_size.h"

namespace godwit::sip {
namespace {

using MaybeUntruth = std::optional<std::string>;

struct UnfitKind {
  bool (net::IpAddress::*applies)() const;
  std::string_view name;
};
constexpr std::array kUnfitKinds{
    UnfitKind{&net::IpAddress::is_loopback, "a loopback address"},
    UnfitKind{&net::IpAddress::is_link_local, "a link-local address"},
    UnfitKind{&net::IpAddress::is_clat, "a 464XLAT address"},
};

// Addresses that mean nothing elsewhere may be told only to a peer that has one of the kind itself.
std::string_view why_unfit(const net::IpAddress& address, const net::IpAddress& remote) {
  for (const UnfitKind& kind : kUnfitKinds) {
    if ((address.*kind.applies)() && !(remote.*kind.applies)()) return kind.name;
  }
  return {};
}

std::string on_flow(const net::Flow& flow) {
  return " on flow " + net::to_string(flow);
}

// A scope is no part of any text (R26): it cannot be compared with one.
bool same_but_for_scope(const net::IpAddress& a, const net::IpAddress& b) {
  return std::ranges::equal(a.bytes(), b.bytes());
}

/// What a URI or Via says of a host, as text and port.
struct Claim {
  std::string_view subject;  // "Contact"
  std::string_view host;
  std::uint16_t port = 0;
};

/// A literal must be the address that the flow is named by, and over UDP its port: what a
/// connection was opened from says nothing of where its owner listens.
MaybeUntruth check_claim(const Claim& claim, const net::Flow& flow) {
  const Host host = host_from_text(claim.host);
  const auto* const address = std::get_if<net::IpAddress>(&host);
  if (address == nullptr) return std::nullopt;  // a name: not for us to judge
  const auto said = std::string(claim.subject) + " says " + std::string(claim.host);
  if (address->is_v4() && claim.host.find(':') != std::string_view::npos) {
    return said + ", an IPv4-mapped address" + on_flow(flow);
  }
  if (!same_but_for_scope(*address, flow.named().address)) return said + on_flow(flow);
  if (const auto kind = why_unfit(*address, flow.remote.address); !kind.empty()) {
    return said + ", " + std::string(kind) + on_flow(flow);
  }
  const auto port = claim.port == 0 ? default_port(flow.transport) : claim.port;
  if (flow.transport == net::Transport::udp && port != flow.named().port) {
    return said + " port " + std::to_string(port) + on_flow(flow);
  }
  return std::nullopt;
}

MaybeUntruth check_via(const Message& message, const net::Flow& flow) {
  if (!message.is_request() || message.method() == Method::cancel) return std::nullopt;
  const auto value = message.field(Field::via).value_or("");
  const auto via = scan_via(value);
  if (!via) return "Via does not read: " + std::string(value);
  if (!equal_ignoring_case(via->transport, net::via_transport(flow.transport))) {
    return "Via says " + std::string(via->transport) + on_flow(flow);
  }
  return check_claim({"Via", via->host, via->port}, flow);
}

MaybeUntruth check_address_field(std::string_view subject, std::string_view value,
                                 const net::Flow& flow) {
  const auto parts = scan_name_addr(value);
  if (!parts) return std::string(subject) + " does not read: " + std::string(value);
  return check_claim({subject, parts->uri.host, parts->uri.port}, flow);
}

/// How a URI without name is reached (RFC 3263 §4.1): by what it says, else by UDP, or TLS when it
/// is a sips URI. Empty for a transport that is none of ours.
std::optional<net::Transport> transport_of(const UriParts& uri) {
  const bool secure = equal_ignoring_case(uri.scheme, "sips");
  std::string_view said = secure ? "tls" : "udp";
  for_each_parameter(uri.parameters, scan_uri_parameter, [&](const ParameterParts& parameter) {
    if (equal_ignoring_case(parameter.name, "transport")) said = parameter.value.value_or("");
  });
  for (const auto transport : {net::Transport::udp, net::Transport::tcp, net::Transport::tls}) {
    if (!equal_ignoring_case(said, net::to_string(transport))) continue;
    // RFC 3261 §26.2.2: sips over TCP is TLS.
    return secure && transport == net::Transport::tcp ? net::Transport::tls : transport;
  }
  return std::nullopt;
}

/// A request that is on a connection for its size alone names the socket that all others come and go by.
bool may_name_udp(const Message& message, const net::Flow& flow) {
  return flow.transport == net::Transport::tcp && message.is_request() &&
         message.write().size() > kLargestUdpRequest;
}

MaybeUntruth check_contact(const Message& message, std::string_view contact,
                           const net::Flow& flow) {
  if (auto untruth = check_address_field("Contact", contact, flow)) return untruth;
  const auto parts = scan_name_addr(contact);
  const Host host = host_from_text(parts->uri.host);
  if (!std::holds_alternative<net::IpAddress>(host)) return std::nullopt;
  const auto transport = transport_of(parts->uri);
  if (transport == flow.transport) return std::nullopt;
  if (transport == net::Transport::udp && may_name_udp(message, flow)) return std::nullopt;
  return "Contact leads elsewhere than by " + std::string(net::to_string(flow.transport)) + ": " +
         std::string(contact) + on_flow(flow);
}

// The binding of an address that is gone, being removed.
bool is_removal(std::string_view contact, bool all_removed) {
  const auto parts = scan_name_addr(contact);
  if (!parts) return false;
  std::optional<std::string_view> expires;
  for_each_parameter(parts->parameters, scan_field_parameter, [&](const ParameterParts& parameter) {
    if (equal_ignoring_case(parameter.name, "expires")) expires = parameter.value;
  });
  return expires ? *expires == "0" : all_removed;
}

MaybeUntruth check_contacts(const Message& message, const net::Flow& flow) {
  const bool registers = message.method() == Method::register_;
  const bool redirects = message.status() >= 300 && message.status() < 400;
  // These list where somebody is to be found, not where this answer came from.
  if (redirects || (registers && !message.is_request())) return std::nullopt;
  const bool all_removed = registers && message.field(Field::expires) == "0";
  for (const auto contact : message.values(Field::contact)) {
    if (contact == "*" || (registers && is_removal(contact, all_removed))) continue;
    if (auto untruth = check_contact(message, contact, flow)) return untruth;
  }
  return std::nullopt;
}

std::string_view take_word(std::string_view& text) {
  const auto end = std::min(text.find(' '), text.size());
  const auto word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

/// "IN IP4 192.0.2.1" of a c= or o= line. Its family need not be the flow's: an answer takes the
/// offer's (dual-stack rule R29).
struct SdpAddress {
  std::string_view type;
  std::string_view text;
};

std::string_view trouble_with(const SdpAddress& said, const net::Flow& flow) {
  if (said.text.find('[') != std::string_view::npos) return "an address in brackets";
  if (said.text.find('%') != std::string_view::npos) return "an address with a zone";
  const auto address = net::IpAddress::parse(said.text);
  if (!address) return {};
  if (address->is_v4() && said.text.find(':') != std::string_view::npos) {
    return "an IPv4-mapped address";
  }
  // RFC 6157 §4.1: no address yet is a name under .invalid.
  if (!address->is_v4() && address->is_unspecified()) return "an address that is none";
  if (said.type != net::sdp_address_type(address->family())) return "not an address of that type";
  return why_unfit(*address, flow.remote.address);
}

std::optional<SdpAddress> sdp_address_in(std::string_view line) {
  const bool connection = line.substr(0, 2) == "c=";
  if (!connection && line.substr(0, 2) != "o=") return std::nullopt;
  auto rest = line.substr(2);
  if (!connection) {  // o=<username> <sess-id> <sess-version> <nettype> <addrtype> <address>
    for (int skipped = 0; skipped < 3; ++skipped) take_word(rest);
  }
  if (take_word(rest) != "IN") return std::nullopt;
  const auto type = take_word(rest);
  const auto text = take_word(rest);
  return SdpAddress{type, text.substr(0, text.find('/'))};  // less a multicast TTL
}

MaybeUntruth check_sdp(const Message& message, const net::Flow& flow) {
  constexpr std::string_view kType = "application/sdp";
  const auto type = message.content_type();
  if (!equal_ignoring_case(trim(type.substr(0, type.find(';'))), kType)) return std::nullopt;
  for (auto body = message.body(); !body.empty();) {
    const auto end = std::min(body.find('\n'), body.size());
    auto line = body.substr(0, end);
    body.remove_prefix(std::min(end + 1, body.size()));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    const auto said = sdp_address_in(line);
    if (!said) continue;
    if (const auto trouble = trouble_with(*said, flow); !trouble.empty()) {
      return "SDP says " + std::string(line) + ", " + std::string(trouble) + on_flow(flow);
    }
  }
  return std::nullopt;
}

}  // namespace

MaybeUntruth find_untruth(const Message& message, const net::Flow& flow, Origin origin) {
  if (auto untruth = check_via(message, flow)) return untruth;
  if (origin == Origin::own) {
    if (auto untruth = check_contacts(message, flow)) return untruth;
    return check_sdp(message, flow);
  }
  // A proxy's own Record-Route stands in front (RFC 3261 §16.6 step 4); a response only returns it.
  const auto record_route = message.field(Field::record_route);
  if (!message.is_request() || !record_route) return std::nullopt;
  return check_address_field("Record-Route", *record_route, flow);
}

}  // namespace godwit::sip
