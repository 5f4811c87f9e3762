// SPDX-License-Identifier: Apache-2.0
#include "server/record_route.h"

#include <string>

namespace godwit::server {
namespace {

bool makes_dialog(const sip::Message& request) {
  if (!request.to_tag().empty()) return false;
  switch (request.method()) {
    case sip::Method::invite:
    case sip::Method::subscribe:
    case sip::Method::refer:
    case sip::Method::notify:
      return true;
    default:
      return false;
  }
}

/// A secure request keeps the dialog on sips (RFC 3261 §16.6 step 4).
bool is_secure(const sip::Message& request) {
  const auto uri = sip::parse_uri(request.uri());
  return uri && uri->scheme == "sips";
}

std::string route_to(Side side, bool secure, const std::string& token,
                     const ServerIdentity& identity) {
  if (secure)
    side = {net::Transport::tls, {side.address.address, identity.port(net::Transport::tls)}};
  const std::string where =
      (token.empty() ? "" : token + '@') +
      (identity.has_name() ? identity.name_and_port(side.transport) : to_string(side.address));
  if (secure) return "<sips:" + where + ";lr>";
  if (side.transport == net::Transport::udp) return "<sip:" + where + ";lr>";
  return "<sip:" + where + ";transport=" + std::string(to_string(side.transport)) + ";lr>";
}

}  // namespace

Side side_of(const net::Flow& flow) {
  return {flow.transport, flow.named()};
}

void add_record_route(sip::Message& request, const Passage& passage,
                      const ServerIdentity& identity) {
  if (!makes_dialog(request) && request.count(sip::Field::record_route) == 0) return;
  const bool secure = is_secure(request);
  const std::string back = route_to(passage.reached_at, secure, passage.back_token, identity);
  const std::string on = route_to(passage.leaves_from, secure, passage.on_token, identity);
  if (back != on) request.prepend(sip::Field::record_route, back);
  request.prepend(sip::Field::record_route, on);
}

void add_path(sip::Message& registration, const Side& leaves_from, const std::string& token,
              FirstHop first_hop, const ServerIdentity& identity) {
  std::string path = route_to(leaves_from, is_secure(registration), token, identity);
  if (first_hop == FirstHop::yes) path.insert(path.size() - 1, ";ob");
  registration.prepend(sip::Field::path, path);
}

}  // namespace godwit::server
