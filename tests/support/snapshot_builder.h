// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "net/network_snapshot.h"
#include "support/address_of.h"

namespace godwit::test {

enum class Mark { plain, tentative, deprecated };

/// Puts a snapshot together for a table row:
/// `SnapshotBuilder().up("wifi0").has("wifi0", "10.1.0.2").way("10.9.0.2", "10.1.0.2")`.
/// Interfaces get their index in order of appearance, from 2.
class SnapshotBuilder {
 public:
  SnapshotBuilder& up(std::string_view name) {
    interface(name).up = true;
    return *this;
  }
  SnapshotBuilder& down(std::string_view name) {
    interface(name).up = false;
    return *this;
  }
  /// The interface comes up with the address.
  SnapshotBuilder& has(std::string_view name, std::string_view address, Mark mark = Mark::plain) {
    auto& held = interface(name);
    held.up = true;
    held.addresses.push_back({.address = ip(address),
                              .prefix_length = 24,
                              .tentative = mark == Mark::tentative,
                              .deprecated = mark == Mark::deprecated});
    std::sort(held.addresses.begin(), held.addresses.end());
    return *this;
  }
  SnapshotBuilder& default_via(std::string_view name, std::string_view gateway,
                               std::uint32_t metric = 100, std::uint32_t table = 254) {
    snapshot_.default_routes.push_back({.family = ip(gateway).family(),
                                        .interface = interface(name).index,
                                        .gateway = ip(gateway),
                                        .metric = metric,
                                        .table = table});
    std::sort(snapshot_.default_routes.begin(), snapshot_.default_routes.end());
    return *this;
  }
  /// The kernel would go from `source`, which some interface has.
  SnapshotBuilder& way(std::string_view destination, std::string_view source) {
    snapshot_.routes[ip(destination)] = net::RouteChoice{ip(source), index_holding(ip(source))};
    return *this;
  }
  SnapshotBuilder& no_way(std::string_view destination) {
    snapshot_.routes[ip(destination)] = std::nullopt;
    return *this;
  }
  /// One more name server.
  SnapshotBuilder& asks(std::string_view server) {
    snapshot_.name_servers.push_back(*net::NameServer::parse(server));
    return *this;
  }
  /// Another name for an interface that is there.
  SnapshotBuilder& rename(std::string_view from, std::string_view to) {
    interface(from).name = to;
    return *this;
  }

  operator net::NetworkSnapshot() const { return snapshot_; }  // NOLINT: reads as a snapshot

 private:
  net::Interface& interface(std::string_view name) {
    for (auto& candidate : snapshot_.interfaces) {
      if (candidate.name == name) return candidate;
    }
    net::Interface fresh;
    fresh.index = static_cast<std::uint32_t>(snapshot_.interfaces.size()) + 2;
    fresh.name = name;
    snapshot_.interfaces.push_back(fresh);
    return snapshot_.interfaces.back();
  }
  std::uint32_t index_holding(const net::IpAddress& address) const {
    for (const auto& candidate : snapshot_.interfaces) {
      for (const auto& held : candidate.addresses) {
        if (held.address == address) return candidate.index;
      }
    }
    return 0;
  }

  net::NetworkSnapshot snapshot_;
};

}  // namespace godwit::test
