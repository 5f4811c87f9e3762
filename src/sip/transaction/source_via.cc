// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/source_via.h"

#include <optional>
#include <string>

#include "sip/message/grammar.h"

namespace godwit::sip {
namespace {

/// What a Via that does not read says all the same: of another version, or else less its
/// parameters.
std::optional<Via> read_in_part(std::string_view text) {
  constexpr std::string_view kName = "SIP";
  if (!equal_ignoring_case(text.substr(0, kName.size()), kName)) return std::nullopt;
  const auto version = text.find('/');
  const auto transport = version == std::string_view::npos ? version : text.find('/', version + 1);
  if (transport == std::string_view::npos) return std::nullopt;
  const std::string value = "SIP/2.0/" + std::string(text.substr(transport + 1));
  if (auto via = parse_via(value)) return *std::move(via);
  const auto sent_by = value.substr(0, value.find(';'));
  if (auto via = parse_via(trim(sent_by))) return *std::move(via);
  return std::nullopt;
}

std::optional<Via> read_top_via(const Message& request) {
  const auto value = request.field(Field::via).value_or("");
  if (auto via = parse_via(value)) return *std::move(via);
  return read_in_part(value);
}

}  // namespace

void write_source(Message& request, const net::SocketAddress& source) {
  auto read = parse_via(request.field(Field::via).value_or(""));
  if (!read) return;
  Via& via = *read;
  const bool true_host = same_host(via.host, Host(source.address));
  if (true_host && !via.rport && !via.received) return;
  via.received.reset();  // what the sender claims of itself here is not believed
  if (!true_host || via.rport) via.received = source.address;
  if (via.rport) via.rport = source.port;
  request.remove_first(Field::via);
  request.prepend(Field::via, to_string(via));
}

net::Flow way_back(const Message& request, const net::Flow& flow) {
  if (flow.transport != net::Transport::udp) return flow;
  const Via via = read_top_via(request).value_or(Via{});
  if (via.rport) return flow;
  net::Flow back = flow;
  back.remote.port = via.port != 0 ? via.port : 5060;
  return back;
}

bool names_way_back(const Message& request) {
  return read_top_via(request).has_value();
}

}  // namespace godwit::sip
