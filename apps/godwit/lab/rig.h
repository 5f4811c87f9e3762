// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "lab/attachment.h"
#include "lab/clock.h"
#include "lab/link_emulator.h"
#include "lab/net_namespace.h"
#include "lab/netlink_batch.h"

namespace godwit::lab {

/// The network of the lab:
///
///     A ── wifi0, lte0, tun0 ──(delay)── router ──(delay)── eth0 ── B
///                                          └──── eth0 ── core (server)
///
/// Strict reverse-path filters everywhere, at the router for IPv6 too. Gone with its owner.
class Rig {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Rig>> build(const LinkShape& link,
                                                          std::uint64_t seed);

  [[nodiscard]] const NetNamespace& a() const { return *a_; }
  [[nodiscard]] const NetNamespace& b() const { return *b_; }
  [[nodiscard]] const NetNamespace& core() const { return *core_; }
  [[nodiscard]] const NetNamespace& router() const { return *router_; }

  /// Requests that change A's network; `commit()` does them in one system call.
  NetlinkBatch& attach(NetlinkBatch& batch, const Attachment& to, std::uint32_t metric) const;
  NetlinkBatch& detach(NetlinkBatch& batch, const Attachment& from, std::uint32_t metric) const;
  /// As `detach()`, but the link stays up, for what else it has.
  NetlinkBatch& withdraw_address(NetlinkBatch& batch, const Attachment& from,
                                 std::uint32_t metric) const;
  /// The address with its own route and rule; the main table stays.
  NetlinkBatch& forget_address(NetlinkBatch& batch, const Attachment& from) const;
  /// The route that the main table shows to those who have not chosen a source.
  [[nodiscard]] RouteSpec default_route(const Attachment& by, std::uint32_t metric) const;
  /// Who is at this attachment has its `outside` for all others, who reach it with answers alone.
  [[nodiscard]] Result<void> put_behind_nat(const Attachment& inside) const;
  /// That NAT starts anew: it knows no mapping any more, and new ones get this `outside`. Returns
  /// when what had passed it before has arrived.
  [[nodiscard]] Result<void> restart_nat(const Attachment& inside) const;
  [[nodiscard]] int device(const std::string& name) const { return devices_.at(name); }
  /// @return the moment right after the kernel had done it all
  [[nodiscard]] Result<Moment> commit(NetlinkBatch& batch);

 private:
  Rig() = default;
  Result<void> make_namespaces();
  Result<void> make_links(const LinkShape& link, std::uint64_t seed);
  Result<void> make_tun_pair(const NetNamespace& left, const std::string& left_name,
                             const std::string& right_name);
  Result<void> configure_router();
  Result<void> configure_leaf(const NetNamespace& leaf, const std::string& v4,
                              const std::string& v6);
  Result<void> prepare_a();

  std::optional<NetNamespace> a_, b_, core_, router_;
  std::optional<NetlinkSocket> a_netlink_;
  std::map<std::string, int> devices_;  // of A
  std::vector<std::pair<UniqueFd, UniqueFd>> ends_;
  Duration longest_way_{};  // of a packet over one link
  LinkEmulator emulator_;
};

}  // namespace godwit::lab
