// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>
#include <utility>

#include "ua/flow_selector.h"

// What the shell and time tell the FlowSelector.

namespace godwit::ua {

void FlowSelector::on_dns_answered(const sip::DnsAnswered& answered, TimePoint now) {
  locator_.on_dns_answered(answered, now);
  names_.on_dns_answered(answered, now);
  ask_shell();
}

void FlowSelector::on_route_found(const sip::RouteFound& found, TimePoint now) {
  routes_[found.destination] = found.choice;
  locator_.on_route_found(found, now);
  for (auto at = checking_.begin(); at != checking_.end();) {
    const NextHop& name = **at;
    Hop& hop = hops_.at(name);
    if (hop.chosen && hop.chosen->remote.address != found.destination) {
      ++at;
      continue;
    }
    at = checking_.erase(at);
    hop.checking = false;
    if (hop.chosen && found.choice) leave_unless_from(name, hop, found.choice->source);
  }
  ask_shell();
}

void FlowSelector::on_flow_opened(const sip::FlowOpened& opened, TimePoint now) {
  book_.on_opened(opened);
  if (const auto it = background_streams_.find(opened.flow); it != background_streams_.end()) {
    on_healed(it->second, now);
    background_streams_.erase(it);
  }
  if (const auto it = background_sockets_.find(opened.flow); it != background_sockets_.end()) {
    const auto targets = std::move(it->second);
    background_sockets_.erase(it);
    for (const auto& target : targets) send_background_probe(opened.flow, target);
  }
  if (book_.is_ours(opened.flow)) uses_.on_opened(opened.flow);
  each_race([&](ServerRace& race) { race.on_flow_opened(opened.flow, now); }, now);
}

void FlowSelector::on_stream_accepted(const sip::StreamAccepted& accepted) {
  book_.on_accepted(accepted);
}

void FlowSelector::on_flow_failed(net::FlowId flow, const Error& error, TimePoint now) {
  book_.on_failed(flow, error);
  background_sockets_.erase(flow);
  if (const auto it = background_streams_.find(flow); it != background_streams_.end()) {
    memory_.failed(it->second, now);
    background_streams_.erase(it);
  }
  if (uses_.any(flow)) {
    for (auto& [name, hop] : hops_) {
      if (hop.chosen && hop.chosen->id == flow) leave_flow(hop);
      if (hop.steering && hop.steering->flow == flow) drop_steering(hop);
    }
  }
  uses_.on_gone(flow);
  each_race([&](ServerRace& race) { race.on_flow_failed(flow, error, now); }, now);
}

// Whoever is told may lose its race by that, or another race the stream that it waited for.
void FlowSelector::each_race(const std::function<void(ServerRace&)>& tell, TimePoint now) {
  const std::vector<const NextHop*> told(racing_.begin(), racing_.end());
  for (const auto* name : told) {
    Hop& hop = hops_.at(*name);
    if (!hop.race) continue;
    tell(*hop.race);
    tend(*name, hop, now);
  }
}

std::vector<net::FlowId> FlowSelector::on_network(const net::NetworkSnapshot& snapshot,
                                                  TimePoint now) {
  routes_ = snapshot.routes;
  names_.on_network();
  auto attachment = sip::attachment_of(snapshot);
  const bool other_attachment = attachment != sip::attachment_of(network_);
  network_ = snapshot;
  auto gone = book_.on_network(snapshot);  // in order
  const auto is_gone = [&](net::FlowId id) {
    return std::binary_search(gone.begin(), gone.end(), id);
  };
  for (auto& [name, hop] : hops_) {
    if (hop.chosen && is_gone(hop.chosen->id)) leave_flow(hop);
    if (hop.steering && is_gone(hop.steering->flow)) steer_by(*hop.steering, {});
    // What was being tried was tried from where we are no more (T100).
    if (other_attachment) drop_race(name, hop);
    if (other_attachment) hop.tried.clear();
  }
  for (const auto id : gone) uses_.on_gone(id);
  book_.open_listeners(snapshot);
  memory_.on_attachment(std::move(attachment));
  locator_.on_network(snapshot, now);
  ask_shell();
  return gone;
}

void FlowSelector::on_probed(ProbeId probe, const std::optional<Error>& error, TimePoint now) {
  if (const auto it = background_.find(probe); it != background_.end()) {
    if (error) {
      memory_.failed(it->second, now);
    } else {
      on_healed(it->second, now);
    }
    background_.erase(it);
    return;
  }
  each_race([&](ServerRace& race) { race.on_probed(probe, error, now); }, now);
}

void FlowSelector::on_timeout(TimePoint now) {
  locator_.on_timeout(now);
  ask_shell();
  each_race([&](ServerRace& race) { race.on_timeout(now); }, now);
  probe_grey(now);
}

// R17: what failed is asked again in the background, so that no call has to be the one that tries.
void FlowSelector::probe_grey(TimePoint now) {
  for (const auto& key : memory_.due_probes(now)) {
    for (const auto& [name, hop] : hops_) {
      const auto* located = locator_.found(name.server);
      if (located == nullptr || name.uplink) continue;
      const auto target = std::find_if(
          located->targets.begin(), located->targets.end(),
          [&](const sip::Target& candidate) { return memory_key(candidate) == key; });
      if (target == located->targets.end()) continue;
      probe_in_background(*target, name);
      break;
    }
  }
}

// A server that is better than the one in use works again: new requests go there (T51, T54).
void FlowSelector::on_healed(const sip::FailureMemory::Key& key, TimePoint now) {
  memory_.worked(key, now);
  for (auto& [name, hop] : hops_) {
    const auto* located = locator_.found(name.server);
    if (!hop.chosen || !hop.target || located == nullptr || name.uplink) continue;
    for (const auto& target : located->targets) {
      if (target == *hop.target) break;
      if (memory_key(target) != key) continue;
      leave_flow(hop);
      break;
    }
  }
}

void FlowSelector::probe_in_background(const sip::Target& target, const NextHop& name) {
  const auto id = open(target, name);
  if (target.transport != net::Transport::udp) {
    background_streams_.insert_or_assign(id, memory_key(target));
    return;
  }
  if (book_.local_of(id)) return send_background_probe(id, target);
  if (book_.error_of(id) == nullptr) background_sockets_[id].push_back(target);
}

void FlowSelector::send_background_probe(net::FlowId id, const sip::Target& target) {
  const auto flow = book_.flow(id, target.remote);
  if (!flow) return;
  const ProbeId probe{++last_probe_};
  background_.emplace(probe, memory_key(target));
  probes_.push_back({probe, *flow, target.host});
}

std::optional<TimePoint> FlowSelector::next_deadline() const {
  auto first = locator_.next_deadline();
  const auto take = [&](std::optional<TimePoint> deadline) {
    if (deadline && (!first || *deadline < *first)) first = deadline;
  };
  for (const auto* name : racing_) take(hops_.at(*name).race->next_deadline());
  if (!hops_.empty()) take(memory_.next_deadline());
  return first;
}

std::vector<ProbeWanted> FlowSelector::take_probes() { return std::exchange(probes_, {}); }
std::vector<ProbeId> FlowSelector::take_ended_probes() { return std::exchange(ended_probes_, {}); }

}  // namespace godwit::ua
