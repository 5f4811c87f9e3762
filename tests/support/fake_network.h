// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "support/fake_host.h"
#include "support/fake_nat64.h"
#include "support/fake_zone.h"
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
  /// The name has no other addresses any more.
  void move_name(const std::string& name, const std::string& address) { names_[name] = {ip(address)}; }
  [[nodiscard]] std::vector<net::IpAddress> resolve(const std::string& name) const;

  /// The router has a NAT64 from now on. DNS has to tell of it.
  void set_nat64(std::string_view prefix, std::string_view pool);

  /// What DNS answers to every host.
  [[nodiscard]] FakeZone& zone() { return zone_; }
  [[nodiscard]] const FakeZone& zone() const { return zone_; }

  /// Sees every datagram as it leaves a host, before the link does anything to it, and everything
  /// that a program writes to a stream.
  using Tap = std::function<void(const FakeHost&, const FakePacket&)>;
  void set_tap(Tap tap) { tap_ = std::move(tap); }
  /// Sees every TCP segment as it leaves a host.
  void set_segment_tap(Tap tap) { segment_tap_ = std::move(tap); }
  /// Packets that some box on the way swallows: those for which `swallows` answers true.
  using Swallows = std::function<bool(const FakePacket&)>;
  void set_swallower(Swallows swallows) { swallows_ = std::move(swallows); }
  /// What some box on the way changes in packets as they leave a host.
  using Rewrites = std::function<void(FakePacket&)>;
  void set_rewriter(Rewrites rewrites) { rewrites_ = std::move(rewrites); }
  /// Packets that the sender's router refuses with "unreachable" (ICMP), over the sender's link:
  /// those for which `refuses` answers true.
  using Refuses = std::function<bool(const FakePacket&)>;
  void set_refuser(Refuses refuses) { refuses_ = std::move(refuses); }

  [[nodiscard]] VirtualTime& time() { return time_; }
  [[nodiscard]] Random& random() { return random_; }
  /// Uniform in [0, limit].
  [[nodiscard]] Duration random_up_to(Duration limit);
  [[nodiscard]] bool chance(double probability);

 private:
  friend class FakeHost;
  friend class FakeStreams;
  struct Outlet {
    FakeHost* host = nullptr;
    FakeHost::Port* port = nullptr;
  };
  void observe(const FakeHost& from, const FakePacket& packet) const {
    if (tap_) tap_(from, packet);
  }
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
  FakeZone zone_;
  std::optional<FakeNat64> nat64_;
  Tap tap_;
  Tap segment_tap_;
  Swallows swallows_;
  Rewrites rewrites_;
  Refuses refuses_;
};

}  // namespace godwit::test
