// SPDX-License-Identifier: Apache-2.0
#include "ua/identity.h"

#include <utility>

#include "base/limits.h"
#include "sip/header/address.h"
#include "sip/message/dial_target.h"

namespace godwit::ua {
namespace {

/// An option's address. What was left out or guessed goes to `warnings`.
Result<sip::NameAddr> read_option(std::string_view name, const std::string& text,
                                  std::vector<std::string>& warnings) {
  auto target = sip::read_dial_target(text, nullptr);
  const std::string prefix = std::string(name) + ": ";
  if (!target) return fail(Errc::invalid_argument, prefix + target.error().detail);
  for (const auto& warning : target->warnings) warnings.push_back(prefix + warning);
  return std::move(target->address);
}

bool leads_to(std::string_view route, const NextHop& hop) {
  const auto address = sip::parse_name_addr(route);
  return address && sip::next_hop_of(address->uri) == hop.server;
}

/// RFC 3261 §12.2.1.1: a strict router wants its own URI in the Request-URI, and the target as the
/// last Route.
void put_routes(sip::Message& request, std::vector<sip::NameAddr> routes) {
  request.remove(sip::Field::route);
  if (!routes.empty() && !sip::is_loose_route(routes.front())) {
    if (auto target = sip::parse_uri(request.uri())) {
      routes.push_back({{}, *std::move(target), {}});
      request.set_uri(sip::to_string(routes.front().uri));
      routes.erase(routes.begin());
    }
  }
  for (const auto& route : routes) request.add(sip::Field::route, sip::to_string(route));
}

}  // namespace

Result<Identity> read_identity(AccountId id, const AccountOptions& options) {
  Identity identity;
  auto& warnings = identity.warnings;
  auto aor = read_option("address_of_record", options.address_of_record, warnings);
  if (!aor) return tl::unexpected(aor.error());
  if (aor->uri.user.empty()) return fail(Errc::invalid_argument, "address_of_record: no user part");

  identity.id = id;
  identity.transfers = options.transfers;
  const bool named = !options.display_name.empty();
  identity.address_of_record = {named ? options.display_name : aor->display_name, aor->uri, {}};
  identity.registrar.host = aor->uri.host;
  identity.registrar.port = aor->uri.port;
  if (!options.registrar.empty()) {
    auto registrar = read_option("registrar", options.registrar, warnings);
    if (!registrar) return tl::unexpected(registrar.error());
    identity.registrar = std::move(registrar->uri);
  }
  if (!options.outbound_proxy.empty()) {
    auto outbound = read_option("outbound_proxy", options.outbound_proxy, warnings);
    if (!outbound) return tl::unexpected(outbound.error());
    // RFC 3261 §16.12: a proxy without lr would want the Request-URI rewritten.
    if (!sip::has_parameter(outbound->uri.parameters, "lr")) {
      sip::set_parameter(outbound->uri.parameters, "lr", std::nullopt);
    }
    identity.outbound = std::move(outbound->uri);
  }
  for (const auto& watcher : options.dialog_watchers) {
    if (watcher == "*") {
      identity.may_watch.everybody = true;
      continue;
    }
    auto read = sip::read_dial_target(watcher, &aor->uri);
    if (!read) return fail(Errc::invalid_argument, "dialog_watchers: " + read.error().detail);
    identity.may_watch.named.push_back(std::move(read->address.uri));
  }
  identity.privacy = options.privacy;
  identity.hop = {sip::next_hop_of(identity.outbound ? *identity.outbound : identity.registrar), id};
  return identity;
}

Identity identity_for(const Identity& account, const CallOptions& options) {
  Identity shown = account;
  if (options.privacy.value_or(account.privacy) == Privacy::none) return shown;
  shown.preferred = account.address_of_record;
  shown.address_of_record = anonymous({});
  shown.address_of_record.display_name = "Anonymous";
  shown.address_of_record.parameters.clear();
  return shown;
}

std::vector<sip::NameAddr> read_service_route(const sip::Message& response) {
  std::vector<sip::NameAddr> routes;
  // All or nothing: a part of the way leads elsewhere.
  if (response.count(sip::Field::service_route) > limits::kServiceRoutes) return routes;
  for (const auto value : response.values(sip::Field::service_route)) {
    auto route = sip::parse_route(value);
    if (!route || !route->uri.is_sip()) return {};
    routes.push_back(*std::move(route));
  }
  return routes;
}

sip::NameAddr contact_on(const net::Flow& flow, const Identity& identity) {
  sip::NameAddr contact;
  contact.uri.user = identity.address_of_record.uri.user;
  contact.uri.host = flow.named().address;
  contact.uri.port = flow.named().port;
  if (flow.transport != net::Transport::udp) {
    sip::set_parameter(contact.uri.parameters, "transport", std::string(to_string(flow.transport)));
  }
  return contact;
}

sip::NameAddr anonymous(std::string tag) {
  sip::NameAddr from;
  from.uri.user = "anonymous";
  from.uri.host = std::string("anonymous.invalid");
  sip::set_parameter(from.parameters, "tag", std::move(tag));
  return from;
}

sip::Message start_request(const RequestHead& head, const std::optional<sip::Uri>& outbound) {
  const auto method = sip::method_name(head.method);
  auto request = sip::Message::request(method, head.uri);
  request.add(sip::Field::max_forwards, "70");
  if (outbound) request.add(sip::Field::route, sip::to_string(sip::NameAddr{{}, *outbound, {}}));
  request.add(sip::Field::from, sip::to_string(head.from));
  request.add(sip::Field::to, sip::to_string(head.to));
  request.add(sip::Field::call_id, head.call_id);
  request.add(sip::Field::cseq, sip::to_string(sip::CSeq{head.cseq, std::string(method)}));
  return request;
}

void lead_by_server(sip::Message& request, const Identity& identity, const sip::Uri& target) {
  if (!identity.outbound && sip::next_hop_of(target) != identity.hop.server) {
    sip::Uri route = identity.registrar;
    sip::set_parameter(route.parameters, "lr", std::nullopt);
    request.add(sip::Field::route, sip::to_string(sip::NameAddr{{}, route, {}}));
  }
  introduce(request, identity);
}

void introduce(sip::Message& request, const Identity& identity) {
  if (!identity.service_route.empty()) {
    std::vector<sip::NameAddr> routes;
    if (identity.outbound) routes.push_back({{}, *identity.outbound, {}});
    bool first = true;
    for (const auto& route : identity.service_route) {
      // The outbound proxy may be named again as where the way begins.
      const bool named = first && identity.outbound && leads_to(sip::to_string(route), identity.hop);
      if (!std::exchange(first, false) || !named) routes.push_back(route);
    }
    first = true;
    for (const auto value : request.values(sip::Field::route)) {
      const bool to_server = std::exchange(first, false) && leads_to(value, identity.hop);
      auto route = sip::parse_name_addr(value);
      if (!to_server && route) routes.push_back(*std::move(route));
    }
    put_routes(request, std::move(routes));
  }
  if (!identity.preferred) return;
  ask_for_privacy(request, identity);
  request.set(sip::Field::p_preferred_identity, sip::to_string(*identity.preferred));
}

void ask_for_privacy(sip::Message& message, const Identity& identity) {
  if (identity.preferred) message.set(sip::Field::privacy, "id");
}

}  // namespace godwit::ua
