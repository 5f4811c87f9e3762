// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "support/fake_host.h"
#include "support/virtual_time.h"

namespace godwit::test {

/// Hosts around one router, joined by access links; packets take virtual time and may be lost,
/// doubled or overtaken. Same seed, same run.
class FakeNetwork {
 public:
  FakeNetwork(VirtualTime& time, Random& random) : time_(time), random_(random) {}

  FakeHost& add_host(std::string_view name);

  /// The hosts file of every host: both families.
  void add_name(std::string_view name, const std::vector<std::string>& addresses);
  [[nodiscard]] std::vector<net::IpAddress> resolve(const std::string& name) const;

  /// Sees every packet as it leaves a host, before the link does anything to it.
  using Tap = std::function<void(const FakeHost&, const FakePacket&)>;
  void set_tap(Tap tap) { tap_ = std::move(tap); }
  /// Packets that some box on the way swallows: those for which `swallows` answers true.
  using Swallows = std::function<bool(const FakePacket&)>;
  void set_swallower(Swallows swallows) { swallows_ = std::move(swallows); }

  [[nodiscard]] VirtualTime& time() { return time_; }
  [[nodiscard]] Random& random() { return random_; }
  /// Uniform in [0, limit].
  [[nodiscard]] Duration random_up_to(Duration limit);
  [[nodiscard]] bool chance(double probability);

 private:
  friend class FakeHost;
  struct Outlet {
    FakeHost* host = nullptr;
    FakeHost::Port* port = nullptr;
  };
  void carry(FakeHost& from, FakeHost::Port& port, FakePacket packet);
  void forward(const FakePacket& packet);
  void arrive(const FakePacket& packet);
  [[nodiscard]] Outlet find(const net::IpAddress& address);
  void over_link(const LinkOptions& link, FakePacket packet,
                 void (FakeNetwork::*next)(const FakePacket&));

  VirtualTime& time_;
  Random& random_;
  std::vector<std::unique_ptr<FakeHost>> hosts_;
  std::map<std::string, std::vector<net::IpAddress>> names_;
  Tap tap_;
  Swallows swallows_;
};

}  // namespace godwit::test
