// SPDX-License-Identifier: Apache-2.0
#include "sip/message/via.h"

#include <algorithm>
#include <charconv>

#include "sip/message/grammar.h"
#include "sip/message/scan.h"

namespace godwit::sip {
namespace {

std::optional<std::uint16_t> read_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [next, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc{} || next != end || port == 0) return std::nullopt;
  return port;
}

// Brackets are not in the grammar of `received`, but are sent (RFC 5118 §4.5).
std::optional<net::IpAddress> read_address(std::string_view text) {
  const Host host = host_from_text(text);
  const auto* const address = std::get_if<net::IpAddress>(&host);
  return address == nullptr ? std::nullopt : std::optional(*address);
}

/// Puts a parameter where it belongs; a second one of a kind stays among the others.
void take(Via& via, const ParameterParts& parameter) {
  const auto value = parameter.value.value_or("");
  if (equal_ignoring_case(parameter.name, "branch") && via.branch.empty()) {
    via.branch = value;
  } else if (equal_ignoring_case(parameter.name, "received") && !via.received) {
    via.received = read_address(value);
  } else if (equal_ignoring_case(parameter.name, "rport") && !via.rport) {
    via.rport = read_port(value).value_or(0);
  } else {
    auto& other = via.other.emplace_back();
    other.name = parameter.name;
    if (parameter.value) other.value = std::string(value);
  }
}

}  // namespace

Result<Via> parse_via(std::string_view text) {
  const auto parts = scan_via(text);
  if (!parts) return tl::unexpected<Error>(malformed("Via", parts.error()));
  Via via;
  via.transport = parts->transport;
  std::transform(via.transport.begin(), via.transport.end(), via.transport.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  via.host = host_from_text(parts->host);
  via.port = parts->port;
  for_each_parameter(parts->parameters, scan_field_parameter,
                     [&](const ParameterParts& parameter) { take(via, parameter); });
  return via;
}

std::string to_string(const Via& via) {
  std::string text = "SIP/2.0/" + via.transport + ' ' + to_string(via.host);
  if (via.port != 0) text += ':' + std::to_string(via.port);
  if (via.rport) text += *via.rport == 0 ? ";rport" : ";rport=" + std::to_string(*via.rport);
  if (!via.branch.empty()) text += ";branch=" + via.branch;
  if (via.received) text += ";received=" + net::to_string(*via.received);
  for (const Parameter& parameter : via.other) {
    text += ';' + parameter.name;
    if (parameter.value) text += '=' + *parameter.value;
  }
  return text;
}

Via via_for(const net::Flow& flow, std::string branch) {
  Via via;
  via.transport = net::via_transport(flow.transport);
  via.host = flow.named().address;
  via.port = flow.named().port;
  via.branch = std::move(branch);
  via.rport = 0;
  return via;
}

}  // namespace godwit::sip
