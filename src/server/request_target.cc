// SPDX-License-Identifier: Apache-2.0
#include "server/request_target.h"

#include <charconv>
#include <map>
#include <utility>

namespace godwit::server {
namespace {

bool is_number(std::string_view text) {
  int value = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, ec] = std::from_chars(text.data(), end, value);
  return ec == std::errc{} && stopped == end && value >= 0;
}

/// A secure request goes to secure Contacts only (RFC 5630 §3.3).
bool may_take(const Binding& binding, const sip::Uri& uri) {
  return !binding.lost && (uri.scheme != "sips" || binding.contact.scheme == "sips");
}

Destination destination_of(const Binding& binding) {
  const auto connection = binding.connection ? binding.connection->id : net::FlowId{};
  Destination destination{binding.contact, connection, binding.path};
  if (binding.reg_id != 0) destination.flow = binding.connection;
  return destination;
}

}  // namespace

std::optional<Rejection> find_fault(const sip::Message& request) {
  const auto uri = sip::parse_uri(request.uri());
  if (!uri) return Rejection{400, {}};
  if (!uri->is_sip()) return Rejection{416, {}};
  if (const auto hops = request.field(sip::Field::max_forwards)) {
    if (!is_number(*hops)) return Rejection{400, {}};
    if (*hops == "0") return Rejection{483, {}};
  }
  if (const auto required = request.field(sip::Field::proxy_require)) {
    return Rejection{420, std::string(*required)};  // we support no extension
  }
  return std::nullopt;
}

std::variant<Rejection, TargetChooser::Targets> TargetChooser::choose(const sip::Message& request,
                                                                      CameBy came_by,
                                                                      TimePoint now) const {
  const auto uri = sip::parse_uri(request.uri());
  if (!uri) return Rejection{400, {}};
  const bool in_dialog = !request.to_tag().empty() && came_by == CameBy::our_route;
  // A Route that is left leads to another proxy: only dialogs that we let through may go there.
  if (request.count(sip::Field::route) != 0 && !in_dialog) return Rejection{403, {}};
  if (identity_.is_own(*uri)) return look_up(*uri, now);
  if (in_dialog || locations_.leads_to_binding(*uri, now)) {
    return Targets{
        Destination{*uri, locations_.connection_to(*uri, now), {}, locations_.flow_to(*uri, now)}};
  }
  if (identity_.is_edge_of(*uri)) return Targets{Destination{*uri}};
  return Rejection{403, {}};
}

std::variant<Rejection, TargetChooser::Targets> TargetChooser::choose(const sip::Message& request,
                                                                      const NamedFlow& named,
                                                                      TimePoint now) const {
  const auto uri = sip::parse_uri(request.uri());
  if (!uri) return Rejection{400, {}};
  // A GRUU is for us to translate, whatever flow its instance had.
  if (identity_.is_own(*uri) && is_gruu(*uri)) return look_up_instance(*uri, now);
  // Who registered anew has another flow since the dialog began.
  const auto flow = named.flow ? named.flow : locations_.flow_to(*uri, now);
  if (!flow) return Rejection{430, {}};
  return Targets{Destination{*uri, {}, {}, flow}};
}

std::variant<Rejection, TargetChooser::Targets> TargetChooser::look_up(const sip::Uri& uri,
                                                                       TimePoint now) const {
  if (is_gruu(uri)) return look_up_instance(uri, now);
  if (!users_.knows(uri.user)) return Rejection{404, {}};
  Targets targets;
  std::map<std::string, std::size_t> instances;
  for (const Binding& binding : locations_.bindings(uri.user, now)) {
    if (!may_take(binding, uri)) continue;
    if (binding.reg_id == 0) {
      targets.push_back(destination_of(binding));
      continue;
    }
    // RFC 5626 §7: never two flows to one instance at once.
    const auto [known, is_new] = instances.try_emplace(binding.instance, targets.size());
    if (is_new) {
      targets.push_back(destination_of(binding));
    } else {
      targets[known->second].otherwise.push_back(destination_of(binding));
    }
  }
  if (targets.empty()) return Rejection{480, {}};
  return targets;
}

/// RFC 5627 §6.1: to that instance only. Of one that registered several Contacts without outbound
/// the latest is meant.
std::variant<Rejection, TargetChooser::Targets> TargetChooser::look_up_instance(
    const sip::Uri& uri, TimePoint now) const {
  const auto instance = gruus_.read(uri);
  if (!instance) return Rejection{404, {}};
  Targets targets;
  for (const Binding& binding : locations_.bindings(instance->user, now)) {
    if (binding.instance != instance->id || !may_take(binding, uri)) continue;
    if (targets.empty()) {
      targets.push_back(destination_of(binding));
    } else if (binding.reg_id != 0 && targets[0].flow) {
      targets[0].otherwise.push_back(destination_of(binding));
    }
  }
  if (targets.empty()) return Rejection{480, {}};
  return targets;
}

}  // namespace godwit::server
