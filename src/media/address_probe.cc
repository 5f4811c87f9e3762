// SPDX-License-Identifier: Apache-2.0
#include "media/address_probe.h"

#include <span>
#include <string_view>
#include <utility>

#include "base/earlier_of.h"

namespace godwit::media {

void AddressProbe::ask(PathId path, const net::SocketAddress& server, Random& random,
                       TimePoint now) {
  remove(path);
  asked_.push_back({.path = path, .at = now, .client = {server, random, now}});
}

void AddressProbe::remove(PathId path) {
  std::erase_if(asked_, [&](const Asked& asked) { return asked.path == path; });
}

std::optional<AddressSeen> AddressProbe::on_packet(const Received& packet) {
  if (asked_.empty() || packet.channel != Channel::rtp) return std::nullopt;
  const std::string_view bytes(reinterpret_cast<const char*>(packet.bytes.data()),
                               packet.bytes.size());
  const auto message = stun::parse_message(bytes);
  if (!message) return std::nullopt;
  for (auto at = asked_.begin(); at != asked_.end(); ++at) {
    if (at->path != packet.path) continue;
    const auto answer = at->client.on_message(*message, packet.from);
    if (!answer) return std::nullopt;
    AddressSeen seen{.path = packet.path, .address = answer->mapped};
    // Which of several requests it answers, nobody knows (Karn).
    if (at->sends == 1) seen.round_trip = packet.arrived - at->at;
    asked_.erase(at);
    return seen;
  }
  return std::nullopt;
}

void AddressProbe::on_timeout(TimePoint now) {
  for (Asked& asked : asked_) {
    const auto action = asked.client.on_timeout(now);
    if (action != stun::BindingClient::Action::send_request) continue;
    ++asked.sends;
    asked.due = true;
  }
  std::erase_if(asked_, [](const Asked& asked) {
    return asked.client.state() == stun::BindingClient::State::timed_out;
  });
}

std::optional<TimePoint> AddressProbe::next_deadline() const {
  std::optional<TimePoint> first;
  for (const Asked& asked : asked_) first = earlier_of(first, asked.client.next_deadline());
  return first;
}

std::optional<Transmit> AddressProbe::poll() {
  for (Asked& asked : asked_) {
    if (!std::exchange(asked.due, false)) continue;
    const auto& request = asked.client.request();
    return Transmit{.path = asked.path,
                    .channel = Channel::rtp,
                    .to = asked.client.server(),
                    .bytes = std::as_bytes(std::span(request))};
  }
  return std::nullopt;
}

}  // namespace godwit::media
