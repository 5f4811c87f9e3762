// SPDX-License-Identifier: Apache-2.0
#include "sip/locate/next_hop.h"

#include <algorithm>
#include <string_view>
#include <variant>

#include "base/text.h"
#include "net/ip_address.h"

namespace godwit::sip {
namespace {

// As DNS names are asked for: lower case, without the dot at the end.
std::string name_from(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  std::string name(text);
  std::transform(name.begin(), name.end(), name.begin(), to_lower);
  return name;
}

std::string text_of(const Host& host) {
  if (const auto* const address = std::get_if<net::IpAddress>(&host)) return to_string(*address);
  return name_from(std::get<std::string>(host));
}

std::optional<net::Transport> transport_of(const Uri& uri) {
  const std::string* const name = find_parameter(uri.parameters, "transport");
  if (name == nullptr) return std::nullopt;
  for (const auto transport : {net::Transport::udp, net::Transport::tcp, net::Transport::tls}) {
    if (equal_ignoring_case(*name, to_string(transport))) return transport;
  }
  return std::nullopt;
}

}  // namespace

NextHop next_hop_of(const Uri& uri) {
  NextHop hop;
  const std::string* const maddr = find_parameter(uri.parameters, "maddr");
  const bool elsewhere = maddr != nullptr && !maddr->empty();
  hop.host = text_of(elsewhere ? host_from_text(*maddr) : uri.host);
  hop.port = uri.port;
  hop.transport = transport_of(uri);
  hop.secure = uri.scheme == "sips";
  return hop;
}

net::Transport transport_of(const NextHop& hop) {
  return hop.secure ? net::Transport::tls : hop.transport.value_or(net::Transport::udp);
}

std::string to_string(const NextHop& hop) {
  std::string text = hop.secure ? "sips:" : "sip:";
  text += to_string(host_from_text(hop.host));
  if (hop.port != 0) text += ":" + std::to_string(hop.port);
  if (hop.transport) text.append(";transport=").append(to_string(*hop.transport));
  return text;
}

}  // namespace godwit::sip
