// SPDX-License-Identifier: Apache-2.0
#include "lab/rig.h"

#include <fcntl.h>
#include <net/if.h>

#include <array>

#include "lab/child_process.h"
#include "lab/connection_table.h"
#include "lab/interrupt.h"
#include "lab/real_time.h"
#include "lab/system_error.h"
#include "lab/tun_device.h"

namespace godwit::lab {
namespace {

Result<void> write_setting(const std::string& path, std::string_view value) {
  const std::string whole = "/proc/sys/net/" + path;
  UniqueFd fd(::open(whole.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd.valid() || ::write(fd.get(), value.data(), value.size()) < 0) {
    return system_failure("write " + whole);
  }
  return {};
}

// No addresses or router solicitations of the kernel's own: A has what the scenario gives it.
Result<void> quiet_and_strict() {
  for (const char* const kind : {"all", "default"}) {
    const std::string v4 = std::string("ipv4/conf/") + kind + "/";
    const std::string v6 = std::string("ipv6/conf/") + kind + "/";
    const std::array<std::pair<std::string, const char*>, 4> settings = {{
        {v4 + "rp_filter", "1"},
        {v6 + "accept_ra", "0"},
        {v6 + "addr_gen_mode", "1"},
        {v6 + "router_solicitations", "0"},
    }};
    for (const auto& [path, value] : settings) {
      if (auto written = write_setting(path, value); !written) return written;
    }
  }
  return {};
}

Result<void> commit_here(NetlinkBatch& batch) {
  auto socket = NetlinkSocket::open();
  if (!socket) return tl::unexpected(socket.error());
  return socket->commit(batch);
}

int index_of(const char* name) {
  return static_cast<int>(::if_nametoindex(name));
}

RouteSpec default_by(const net::IpAddress& gateway, int device) {
  return {
      .destination = net::IpAddress::any(gateway.family()), .gateway = gateway, .device = device};
}

// IPv6 has no rp_filter: what arrives where its source would not be reached is dropped here.
constexpr const char* kSourceCheck =
    "add table ip6 lab; "
    "add chain ip6 lab sources { type filter hook prerouting priority -300; policy accept; }; "
    "add rule ip6 lab sources ip6 saddr fe80::/10 accept; "
    "add rule ip6 lab sources ip6 saddr :: accept; "
    "add rule ip6 lab sources fib saddr . iif oif missing counter drop";

Result<void> own_outside(const NetNamespace& router, const net::IpAddress& outside) {
  return router.inside([&] {
    NetlinkBatch batch;
    return commit_here(batch.add_address(index_of("lo"), outside, 32));
  });
}

std::string translation(const Attachment& inside) {
  return "add rule ip nat out ip saddr " + to_string(inside.address) +
         " oifname { core0, peer0 } snat to " + to_string(inside.outside) + " persistent";
}

}  // namespace

Result<std::unique_ptr<Rig>> Rig::build(const LinkShape& link, std::uint64_t seed) {
  std::unique_ptr<Rig> rig(new Rig);
  rig->longest_way_ = link.delay + link.jitter;
  auto built = rig->make_namespaces();
  if (built) built = rig->make_links(link, seed);
  if (built) built = rig->configure_router();
  if (built) built = rig->configure_leaf(*rig->core_, kCoreV4, kCoreV6);
  if (built) built = rig->configure_leaf(*rig->b_, kPeerV4, kPeerV6);
  if (built) built = rig->prepare_a();
  if (built) built = rig->emulator_.start();
  if (!built) return tl::unexpected(built.error());
  return rig;
}

Result<void> Rig::make_namespaces() {
  const std::array<std::pair<std::optional<NetNamespace>*, const char*>, 4> parts = {
      {{&a_, "a"}, {&b_, "b"}, {&core_, "core"}, {&router_, "router"}}};
  for (const auto& [place, part] : parts) {
    auto made = NetNamespace::create(namespace_name(part));
    if (!made) return tl::unexpected(made.error());
    place->emplace(std::move(*made));
    if (auto set = (*place)->inside(&quiet_and_strict); !set) return set;
  }
  return {};
}

Result<void> Rig::make_tun_pair(const NetNamespace& left, const std::string& left_name,
                                const std::string& right_name) {
  UniqueFd left_end;
  UniqueFd right_end;
  const auto open_into = [](UniqueFd& end, const std::string& name) -> Result<void> {
    auto fd = open_tun(name);
    if (!fd) return tl::unexpected(fd.error());
    end = std::move(*fd);
    return {};
  };
  auto made = left.inside([&] { return open_into(left_end, left_name); });
  if (made) made = router_->inside([&] { return open_into(right_end, right_name); });
  if (made) ends_.emplace_back(std::move(left_end), std::move(right_end));
  return made;
}

Result<void> Rig::make_links(const LinkShape& link, std::uint64_t seed) {
  Result<void> made;
  for (const char* const name : {"wifi0", "lte0", "tun0"}) {
    if (made) made = make_tun_pair(*a_, name, name);
  }
  if (made) made = make_tun_pair(*b_, "eth0", "peer0");
  if (!made) return made;
  for (auto& [left, right] : ends_) {
    emulator_.add_link(std::move(left), std::move(right), link, seed++);
  }
  ends_.clear();
  // A router asks for its neighbours from a link-local address (RFC 4861 §7.2.2); TUN has no
  // neighbours.
  made = router_->inside([this]() -> Result<void> {
    NetlinkBatch batch;
    batch.add_veth("core0", "eth0", core_->fd());
    if (auto added = commit_here(batch); !added) return added;
    NetlinkBatch up;
    const int core0 = index_of("core0");
    up.set_link_up(core0).add_address(core0, lab_address("fe80::1"), 64);
    return commit_here(up);
  });
  if (!made) return made;
  return core_->inside([] {
    NetlinkBatch up;
    return commit_here(up.set_link_up(index_of("eth0")));
  });
}

Result<void> Rig::configure_router() {
  auto done = router_->inside([]() -> Result<void> {
    NetlinkBatch batch;
    batch.set_link_up(index_of("lo"));
    const std::array<std::pair<const char*, const char*>, 5> sides = {
        {{"wifi0", "1"}, {"lte0", "2"}, {"tun0", "3"}, {"core0", "8"}, {"peer0", "9"}}};
    for (const auto& [name, number] : sides) {
      const std::string n(number);
      batch.set_link_up(index_of(name))
          .add_address(index_of(name), lab_address("10." + n + ".0.1"), 24)
          .add_address(index_of(name), lab_address("2001:db8:" + n + "::1"), 64);
    }
    // Where A roams to, and what it is renumbered to.
    batch.add_address(index_of("wifi0"), lab_address("10.4.0.1"), 24)
        .add_address(index_of("wifi0"), lab_address("2001:db8:4::1"), 64);
    if (auto set = commit_here(batch); !set) return set;
    if (auto set = write_setting("ipv4/ip_forward", "1"); !set) return set;
    return write_setting("ipv6/conf/all/forwarding", "1");
  });
  if (!done) return done;
  return run_program({.arguments = {"nft", kSourceCheck}, .where = &*router_});
}

Result<void> Rig::configure_leaf(const NetNamespace& leaf, const std::string& v4,
                                 const std::string& v6) {
  const auto router_of = [](std::string address) {
    address.back() = '1';
    return lab_address(address);
  };
  return leaf.inside([&] {
    const int eth0 = index_of("eth0");
    NetlinkBatch batch;
    batch.set_link_up(index_of("lo"))
        .set_link_up(eth0)
        .add_address(eth0, lab_address(v4), 24)
        .add_address(eth0, lab_address(v6), 64)
        .add_route(default_by(router_of(v4), eth0))
        .add_route(default_by(router_of(v6), eth0));
    return commit_here(batch);
  });
}

Result<void> Rig::prepare_a() {
  return a_->inside([this]() -> Result<void> {
    auto socket = NetlinkSocket::open();
    if (!socket) return tl::unexpected(socket.error());
    for (const char* const name : {"lo", "wifi0", "lte0", "tun0"}) {
      devices_[name] = index_of(name);
    }
    NetlinkBatch batch;
    batch.set_link_up(devices_["lo"]);
    a_netlink_.emplace(std::move(*socket));
    return a_netlink_->commit(batch);
  });
}

RouteSpec Rig::default_route(const Attachment& by, std::uint32_t metric) const {
  RouteSpec route = default_by(by.gateway, device(by.device));
  route.metric = metric;
  route.source = by.address;
  return route;
}

// The port stays the same where it can, whoever is spoken to: what comes from outside first is not
// the router's own business either, or the port would be taken.
Result<void> Rig::put_behind_nat(const Attachment& inside) const {
  const std::string address = to_string(inside.address);
  auto own = own_outside(*router_, inside.outside);
  if (!own) return own;
  return run_program(
      {.arguments = {"nft", "add table ip nat; "
                            "add chain ip nat out { type nat hook postrouting priority 100; }; " +
                                translation(inside) +
                                "; "
                                "add chain ip nat through { type filter hook forward priority 0; }; "
                                "add rule ip nat through ct state established,related accept; "
                                "add rule ip nat through ip daddr " +
                                address +
                                " drop; "
                                "add chain ip nat own { type filter hook input priority 0; }; "
                                "add rule ip nat own ip daddr " +
                                kOutsides + " drop"},
       .where = &*router_});
}

Result<void> Rig::restart_nat(const Attachment& inside) const {
  auto done = own_outside(*router_, inside.outside);
  if (!done) return done;
  done = run_program({.arguments = {"nft", "flush chain ip nat out; " + translation(inside)},
                      .where = &*router_});
  if (done) done = router_->inside(&forget_connections);
  if (done) pause_ms(static_cast<double>(longest_way_.count()) / kNsPerMs);
  return done;
}

NetlinkBatch& Rig::attach(NetlinkBatch& batch, const Attachment& to, std::uint32_t metric) const {
  RouteSpec own = default_by(to.gateway, device(to.device));
  own.table = to.table;
  return batch.set_link_up(device(to.device))
      .add_source_rule(to.address, to.table)
      .add_address(device(to.device), to.address, to.prefix_length())
      .add_route(own)
      .add_route(default_route(to, metric));
}

NetlinkBatch& Rig::forget_address(NetlinkBatch& batch, const Attachment& from) const {
  RouteSpec own = default_by(from.gateway, device(from.device));
  own.table = from.table;
  return batch.remove_route(own)
      .remove_address(device(from.device), from.address, from.prefix_length())
      .remove_source_rule(from.address, from.table);
}

NetlinkBatch& Rig::withdraw_address(NetlinkBatch& batch, const Attachment& from,
                                    std::uint32_t metric) const {
  batch.remove_route(default_route(from, metric));
  return forget_address(batch, from);
}

NetlinkBatch& Rig::detach(NetlinkBatch& batch, const Attachment& from, std::uint32_t metric) const {
  return withdraw_address(batch, from, metric).set_link_down(device(from.device));
}

Result<Moment> Rig::commit(NetlinkBatch& batch) {
  // A wakes up at the first of the kernel's messages, and must not run before the last is done.
  const RealTime ahead;
  if (auto done = a_netlink_->commit(batch); !done) return tl::unexpected(done.error());
  return Moment::now();
}

}  // namespace godwit::lab
