// SPDX-License-Identifier: Apache-2.0
#include "ua/flow_watch.h"

#include <algorithm>

namespace godwit::ua {
namespace {

constexpr std::uint64_t kSteps = 1'000;

// ACK and CANCEL prove nothing by their silence: the one has no answer, the other follows a
// request. Pings are what a KeepAlive itself has asked for.
bool will_be_answered(std::string_view bytes) {
  constexpr std::string_view kResponse = "SIP/2.0 ";
  if (bytes.starts_with("\r\n") || stun::looks_like_stun(bytes)) return false;
  return bytes.substr(0, kResponse.size()) != kResponse && bytes.substr(0, 4) != "ACK ";
}

}  // namespace

void FlowWatch::watch(net::FlowId flow, const sip::KeepAlive::Profile& profile, TimePoint now) {
  if (const auto it = watched_.find(flow); it != watched_.end()) {
    it->second.keep_alive.keep_within(profile, now);
    return set_deadline(flow, it->second);
  }
  const double spread = static_cast<double>(random_.below(kSteps)) / kSteps;
  const auto [it, fresh] = watched_.emplace(flow, Watched{sip::KeepAlive(profile, spread, now)});
  set_deadline(flow, it->second);
}

void FlowWatch::forget(net::FlowId flow) {
  watched_.erase(flow);
  deadlines_.set(flow.value, std::nullopt);
}

void FlowWatch::set_deadline(net::FlowId flow, const Watched& watched) {
  deadlines_.set(flow.value, watched.keep_alive.next_deadline());
}

FlowWatch::Traffic FlowWatch::traffic_of(net::FlowId flow) const {
  const auto it = watched_.find(flow);
  return it == watched_.end() ? Traffic{} : it->second.traffic;
}

void FlowWatch::on_sent(net::FlowId flow, std::string_view bytes, TimePoint now) {
  const auto it = watched_.find(flow);
  if (it == watched_.end()) return;
  it->second.traffic.sent += bytes.size();
  it->second.keep_alive.on_traffic(now);
  if (!will_be_answered(bytes)) return;
  it->second.keep_alive.on_sent(now);
  set_deadline(flow, it->second);
}

void FlowWatch::on_received(net::FlowId flow, std::string_view bytes, TimePoint now) {
  const auto it = watched_.find(flow);
  if (it == watched_.end()) return;
  it->second.traffic.received += bytes.size();
  it->second.keep_alive.on_traffic(now);
  it->second.keep_alive.on_received(now);
  set_deadline(flow, it->second);
}

void FlowWatch::on_pong(net::FlowId flow, TimePoint now) {
  const auto it = watched_.find(flow);
  if (it == watched_.end()) return;
  it->second.keep_alive.on_pong(now);
  set_deadline(flow, it->second);
}

void FlowWatch::on_seen(net::FlowId flow, const net::SocketAddress& seen, TimePoint now) {
  const auto it = watched_.find(flow);
  if (it == watched_.end()) return;
  using Mapping = sip::KeepAlive::Mapping;
  auto& before = it->second.seen;
  const bool same = !before || *before == seen;
  before = seen;
  it->second.keep_alive.on_mapping(same ? Mapping::same : Mapping::another, now);
  set_deadline(flow, it->second);
}

std::string FlowWatch::make_stun_ping(net::FlowId flow) {
  stun::Message request;
  request.id = stun::make_transaction_id(random_);
  if (const auto it = watched_.find(flow); it != watched_.end()) it->second.asked = request.id;
  return stun::write_message(request);
}

std::optional<net::SocketAddress> FlowWatch::on_stun(net::FlowId flow, std::string_view bytes,
                                                     TimePoint now) {
  const auto it = watched_.find(flow);
  if (it == watched_.end() || !it->second.asked) return std::nullopt;
  const auto answer = stun::parse_message(bytes);
  const bool ours =
      answer && answer->kind == stun::Class::success && answer->id == *it->second.asked;
  if (!ours || !answer->mapped) return std::nullopt;
  it->second.asked.reset();
  on_pong(flow, now);
  on_seen(flow, *answer->mapped, now);
  return answer->mapped;
}

std::vector<FlowWatch::Due> FlowWatch::on_timeout(TimePoint now) {
  auto ids = deadlines_.take_due(now);
  std::sort(ids.begin(), ids.end());
  std::vector<Due> due;
  for (const auto id : ids) {
    const net::FlowId flow{id};
    Watched& watched = watched_.at(flow);
    if (const auto action = watched.keep_alive.on_timeout(now)) due.push_back({flow, *action});
    set_deadline(flow, watched);
  }
  return due;
}

}  // namespace godwit::ua
