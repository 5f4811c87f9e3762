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

// What a parameter's value must be for this Via to be of use (RFC 3261 §20.42, RFC 3581 §3).
const char* trouble_with(const ParameterParts& parameter) {
  if (equal_ignoring_case(parameter.name, "received")) {
    return read_address(parameter.value.value_or("")) ? nullptr : "received is no address";
  }
  if (equal_ignoring_case(parameter.name, "rport")) {
    return !parameter.value || read_port(*parameter.value) ? nullptr : "rport is no port";
  }
  if (equal_ignoring_case(parameter.name, "branch")) {
    return parameter.value ? nullptr : "branch without a value";
  }
  return nullptr;
}

std::optional<Fault> check_via_parameters(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto begin = at;
    const auto parameter = scan_field_parameter(text, at);
    if (!parameter) return parameter.error();
    if (const char* const trouble = trouble_with(*parameter)) return Fault{trouble, begin};
  }
  return std::nullopt;
}

// "SIP" SLASH "2.0" SLASH, with white space around the slashes. Returns where the transport begins.
Scanned<std::size_t> scan_protocol(std::string_view text) {
  std::size_t at = skip_whitespace(text, 0);
  for (const std::string_view word : {std::string_view("SIP"), std::string_view("2.0")}) {
    if (!equal_ignoring_case(text.substr(at, word.size()), word)) {
      return fault("\"SIP/2.0/\" missing", at);
    }
    at = skip_whitespace(text, at + word.size());
    if (at == text.size() || text[at] != '/') return fault("\"SIP/2.0/\" missing", at);
    at = skip_whitespace(text, at + 1);
  }
  return at;
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

// via-parm = sent-protocol LWS sent-by *( SEMI via-params )     (RFC 3261 §25.1)
Scanned<ViaParts> scan_via(std::string_view text) {
  const auto transport_at = scan_protocol(text);
  if (!transport_at) return tl::unexpected<Fault>(transport_at.error());
  auto end = *transport_at;
  while (end < text.size() && is_token_char(text[end])) ++end;
  if (end == *transport_at) return fault("transport missing", end);
  ViaParts parts;
  parts.transport = text.substr(*transport_at, end - *transport_at);

  auto at = skip_whitespace(text, end);
  if (at == end) return fault("sent-by missing", end);
  const auto sent_by = scan_host_port(text, at, Spaces::allowed);
  if (!sent_by) return tl::unexpected<Fault>(sent_by.error());
  parts.host = sent_by->host;
  parts.port = sent_by->port;
  parts.parameters = text.substr(at);
  if (const auto wrong = check_via_parameters(parts.parameters)) return shifted(*wrong, at);
  return parts;
}

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
  via.host = flow.local.address;
  via.port = flow.local.port;
  via.branch = std::move(branch);
  via.rport = 0;
  return via;
}

}  // namespace godwit::sip
