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
  // Who registered anew has another flow since the dialog began.
  const auto flow = named.flow ? named.flow : locations_.flow_to(*uri, now);
  if (!flow) return Rejection{430, {}};
  return Targets{Destination{*uri, {}, {}, flow}};
}

std::variant<Rejection, TargetChooser::Targets> TargetChooser::look_up(const sip::Uri& uri,
                                                                       TimePoint now) const {
  if (!users_.knows(uri.user)) return Rejection{404, {}};
  Targets targets;
  std::map<std::string, std::size_t> instances;
  for (const Binding& binding : locations_.bindings(uri.user, now)) {
    // A secure request goes to secure Contacts only (RFC 5630 §3.3).
    if (binding.lost || (uri.scheme == "sips" && binding.contact.scheme != "sips")) continue;
    Destination target{binding.contact, binding.connection ? binding.connection->id : net::FlowId{},
                       binding.path};
    if (binding.reg_id == 0) {
      targets.push_back(std::move(target));
      continue;
    }
    target.flow = binding.connection;
    // RFC 5626 §7: never two flows to one instance at once.
    const auto [known, is_new] = instances.try_emplace(binding.instance, targets.size());
    if (is_new) {
      targets.push_back(std::move(target));
    } else {
      targets[known->second].otherwise.push_back(std::move(target));
    }
  }
  if (targets.empty()) return Rejection{480, {}};
  return targets;
}

}  // namespace godwit::server
