// SPDX-License-Identifier: Apache-2.0
#include "ua/identity.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "sdp/sdes_exchange.h"
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

/// RFC 3261 §16.12: a proxy without lr would want the Request-URI rewritten.
sip::Uri as_loose_route(sip::Uri uri) {
  if (!sip::has_parameter(uri.parameters, "lr")) {
    sip::set_parameter(uri.parameters, "lr", std::nullopt);
  }
  return uri;
}

std::vector<sip::NameAddr> outbound_routes(const Identity& identity) {
  std::vector<sip::NameAddr> routes;
  for (const auto& proxy : identity.outbound) routes.push_back({{}, proxy, {}});
  return routes;
}

/// How many of the last outbound proxies are named again where the Service-Route begins.
std::size_t count_named_again(const Identity& identity) {
  const auto& outbound = identity.outbound;
  const auto& service = identity.service_route;
  auto count = std::min(outbound.size(), service.size());
  const auto are_the_same = [&] {
    return std::equal(outbound.end() - static_cast<std::ptrdiff_t>(count), outbound.end(),
                      service.begin(), [](const sip::Uri& proxy, const sip::NameAddr& route) {
                        return sip::next_hop_of(proxy) == sip::next_hop_of(route.uri);
                      });
  };
  while (!are_the_same()) --count;
  return count;
}

/// RFC 3261 §12.2.1.1: a strict router wants its own URI in the Request-URI, and the target as the
/// last Route.
void put_routes(sip::Message& request, std::vector<sip::NameAddr> routes) {
  if (!routes.empty() && !sip::is_loose_route(routes.front())) {
    if (auto target = sip::parse_uri(request.uri())) {
      routes.push_back({{}, *std::move(target), {}});
      request.set_uri(sip::to_string(routes.front().uri));
      routes.erase(routes.begin());
    }
  }
  for (auto route = routes.rbegin(); route != routes.rend(); ++route) {
    request.prepend(sip::Field::route, sip::to_string(*route));
  }
}

Result<void> read_backups(const AccountOptions& options, Identity& identity) {
  if (options.backup_registrars.empty()) return {};
  if (options.backup_registrars.size() >= limits::kRegistrars) {
    return fail(Errc::invalid_argument,
                "backup_registrars: at most " + std::to_string(limits::kRegistrars - 1));
  }
  identity.registrars = {identity.registrar};
  for (const auto& backup : options.backup_registrars) {
    auto registrar = read_option("backup_registrars", backup, identity.warnings);
    if (!registrar) return tl::unexpected(registrar.error());
    identity.registrars.push_back(std::move(registrar->uri));
  }
  return {};
}

Result<void> read_srtp(const AccountOptions& options, Identity& identity) {
  identity.media_security = options.media_security;
  identity.srtp_keying = options.srtp_keying;
  identity.srtp_suites = options.srtp_suites;
  identity.follow_media = options.follow_media;
  identity.latch_media = options.latch_media;
  for (const auto& suite : options.srtp_suites) {
    if (!sdp::key_and_salt_of(suite)) {
      return fail(Errc::invalid_argument, "srtp_suites: " + suite + " is none that godwit knows");
    }
  }
  if (options.media_security != MediaSecurity::required) return {};
  if (options.srtp_keying == SrtpKeying::sdes && options.srtp_suites.empty()) {
    return fail(Errc::invalid_argument, "srtp_suites: SDES needs one at least");
  }
  if (options.srtp_keying == SrtpKeying::dtls && identity.dtls_suites().empty()) {
    return fail(Errc::invalid_argument,
                "srtp_suites: DTLS needs one of AES-GCM or of AES-CM with 128 bits");
  }
  return {};
}

}  // namespace

std::vector<srtp::Suite> Identity::dtls_suites() const {
  std::vector<srtp::Suite> suites;
  for (const std::string& name : srtp_suites) {
    const auto suite = srtp::suite_named(name);
    if (suite && srtp::profile_of(*suite)) suites.push_back(*suite);
  }
  return suites;
}

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
  if (auto known = read_backups(options, identity); !known) return tl::unexpected(known.error());
  for (const auto& proxy : options.outbound_proxies) {
    auto outbound = read_option("outbound_proxies", proxy, warnings);
    if (!outbound) return tl::unexpected(outbound.error());
    identity.outbound.push_back(as_loose_route(std::move(outbound->uri)));
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
  if (auto known = read_srtp(options, identity); !known) return tl::unexpected(known.error());
  auto contact = read_contact_form(options.contact);
  if (!contact) return tl::unexpected(contact.error());
  identity.contact = *std::move(contact);
  identity.privacy = options.privacy;
  identity.flows = options.outbound;
  const bool behind_proxies = !identity.outbound.empty();
  identity.hop = {sip::next_hop_of(behind_proxies ? identity.outbound.front() : identity.registrar),
                  id};
  return identity;
}

void Identity::turn_to(sip::Uri other_registrar) {
  registrar = std::move(other_registrar);
  if (outbound.empty()) hop.server = sip::next_hop_of(registrar);
}

Identity identity_for(const Identity& account, const CallOptions& options) {
  Identity shown = account;
  if (options.privacy.value_or(account.privacy) == Privacy::none) return shown;
  shown.preferred = account.address_of_record;
  shown.address_of_record = anonymous({});
  shown.address_of_record.display_name = "Anonymous";
  shown.address_of_record.parameters.clear();
  if (shown.contact.forced) shown.contact.forced->user.clear();
  shown.contact.parameters.clear();
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
  shape(contact, identity.contact);
  return contact;
}

sip::NameAddr anonymous(std::string tag) {
  sip::NameAddr from;
  from.uri.user = "anonymous";
  from.uri.host = std::string("anonymous.invalid");
  sip::set_parameter(from.parameters, "tag", std::move(tag));
  return from;
}

sip::Message start_request(const RequestHead& head) {
  const auto method = sip::method_name(head.method);
  auto request = sip::Message::request(method, head.uri);
  request.add(sip::Field::max_forwards, "70");
  request.add(sip::Field::from, sip::to_string(head.from));
  request.add(sip::Field::to, sip::to_string(head.to));
  request.add(sip::Field::call_id, head.call_id);
  request.add(sip::Field::cseq, sip::to_string(sip::CSeq{head.cseq, std::string(method)}));
  return request;
}

sip::Message start_request_to(const sip::Uri& target, sip::Method method, const sip::NameAddr& from,
                              const std::string& call_id, std::uint32_t cseq) {
  return start_request({method, sip::to_string(target), from, {{}, target, {}}, call_id, cseq});
}

void lead_to_server(sip::Message& request, const Identity& identity) {
  put_routes(request, outbound_routes(identity));
}

void lead_by_server(sip::Message& request, const Identity& identity, const sip::Uri& target) {
  auto routes = outbound_routes(identity);
  if (!identity.service_route.empty()) {
    routes.resize(routes.size() - count_named_again(identity));
    routes.insert(routes.end(), identity.service_route.begin(), identity.service_route.end());
  }
  if (routes.empty() && sip::next_hop_of(target) != identity.hop.server) {
    routes.push_back({{}, as_loose_route(identity.registrar), {}});
  }
  put_routes(request, std::move(routes));
  if (!identity.preferred) return;
  ask_for_privacy(request, identity);
  request.set(sip::Field::p_preferred_identity, sip::to_string(*identity.preferred));
}

void ask_for_privacy(sip::Message& message, const Identity& identity) {
  if (identity.preferred) message.set(sip::Field::privacy, "id");
}

}  // namespace godwit::ua
