// SPDX-License-Identifier: Apache-2.0
#include "support/fake_network.h"

#include "support/snapshot_builder.h"

namespace godwit::test {

FakeHost& FakeNetwork::add_host(std::string_view name) {
  hosts_.push_back(std::make_unique<FakeHost>(*this, std::string(name)));
  return *hosts_.back();
}

void FakeNetwork::add_name(std::string_view name, const std::vector<std::string>& addresses) {
  auto& known = names_[std::string(name)];
  for (const auto& address : addresses) known.push_back(ip(address));
}

std::vector<net::IpAddress> FakeNetwork::resolve(const std::string& name) const {
  const auto at = names_.find(name);
  return at == names_.end() ? std::vector<net::IpAddress>{} : at->second;
}

Duration FakeNetwork::random_up_to(Duration limit) {
  return Duration{
      static_cast<Duration::rep>(random_.below(static_cast<std::uint64_t>(limit.count()) + 1))};
}

bool FakeNetwork::chance(double probability) {
  if (probability <= 0) return false;
  constexpr std::uint64_t kWhole = 1'000'000;
  return static_cast<double>(random_.below(kWhole)) < probability * static_cast<double>(kWhole);
}

void FakeNetwork::over_link(const LinkOptions& link, FakePacket packet,
                            void (FakeNetwork::*next)(const FakePacket&)) {
  if (chance(link.loss)) return;
  if (chance(link.duplication)) {
    time_.after(link.delay + random_up_to(link.jitter),
                [this, packet, next] { (this->*next)(packet); });
  }
  time_.after(link.delay + random_up_to(link.jitter),
              [this, packet = std::move(packet), next] { (this->*next)(packet); });
}

void FakeNetwork::carry(FakeHost& from, FakeHost::Port& port, FakePacket packet) {
  if (rewrites_) rewrites_(packet);
  if (!packet.segment) observe(from, packet);
  if (packet.segment && segment_tap_) segment_tap_(from, packet);
  if (swallows_ && swallows_(packet)) return;
  if (refuses_ && refuses_(packet)) {
    time_.after(2 * port.link.delay, [&from, packet = std::move(packet)] { from.refuse(packet); });
    return;
  }
  if (port.link.nat) packet.source = from.translate_out(port, packet);
  over_link(port.link, std::move(packet), &FakeNetwork::forward);
}

FakeNetwork::Outlet FakeNetwork::find(const net::IpAddress& address) {
  for (const auto& host : hosts_) {
    if (auto* port = host->port_for(address)) return {host.get(), port};
  }
  return {};
}

void FakeNetwork::set_nat64(std::string_view prefix, std::string_view pool) {
  nat64_.emplace(ip(prefix), ip(pool));
}

void FakeNetwork::forward(const FakePacket& come) {
  const FakePacket packet = nat64_ ? nat64_->translate(come) : come;
  const Outlet outlet = find(packet.destination.address);
  if (outlet.host == nullptr) return;  // nobody has the address any more
  over_link(outlet.port->link, packet, &FakeNetwork::arrive);
}

void FakeNetwork::arrive(const FakePacket& packet) {
  const Outlet outlet = find(packet.destination.address);
  if (outlet.host == nullptr) return;  // it went while the packet was on the link
  const auto inside = outlet.host->translate_in(packet);
  if (!inside) return;
  FakePacket delivered = packet;
  delivered.destination = *inside;
  outlet.host->deliver(delivered);
}

}  // namespace godwit::test
