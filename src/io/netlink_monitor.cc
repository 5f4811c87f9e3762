// SPDX-License-Identifier: Apache-2.0
#include "io/netlink_monitor.h"

#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <iterator>
#include <utility>

namespace godwit::io {
namespace {

constexpr std::uint32_t group(int number) {
  return 1U << static_cast<unsigned>(number - 1);
}

constexpr std::uint32_t kGroups = group(RTNLGRP_LINK) | group(RTNLGRP_IPV4_IFADDR) |
                                  group(RTNLGRP_IPV6_IFADDR) | group(RTNLGRP_IPV4_ROUTE) |
                                  group(RTNLGRP_IPV6_ROUTE) | group(RTNLGRP_IPV4_RULE) |
                                  group(RTNLGRP_IPV6_RULE);

constexpr int kDumpAttempts = 4;  // a dump that the kernel calls inconsistent is taken again

struct DumpRequest {
  nlmsghdr header{};
  rtgenmsg body{};
};

}  // namespace

Result<std::unique_ptr<NetlinkMonitor>> NetlinkMonitor::open(Loop& loop, Hint hint) {
  auto events = NetlinkSocket::open(hint ? kGroups : 0);
  if (!events) return tl::unexpected<Error>(std::move(events.error()));
  std::unique_ptr<NetlinkMonitor> monitor(
      new NetlinkMonitor(loop, std::move(hint), std::move(*events)));
  if (auto started = monitor->start(); !started) {
    return tl::unexpected<Error>(std::move(started.error()));
  }
  return monitor;
}

NetlinkMonitor::NetlinkMonitor(Loop& loop, Hint hint, NetlinkSocket events)
    : loop_(loop),
      hint_(std::move(hint)),
      events_(std::move(events)),
      timer_(loop, [this] { recheck(); }) {}

Result<void> NetlinkMonitor::start() {
  if (!hint_) return {};
  auto watch = FdWatch::start(loop_, events_.fd(), [this] { on_ready(); });
  if (!watch) return tl::unexpected<Error>(std::move(watch.error()));
  watch_.emplace(std::move(*watch));
  return {};
}

void NetlinkMonitor::on_ready() {
  const TimePoint now = loop_.now();
  if (!drain()) return;
  told_at_ = now;
  next_recheck_ = 0;
  timer_.arm(now + kRechecks[0]);
  hint_(Cause::told, now);
}

// @return whether anything was told.
bool NetlinkMonitor::drain() {
  bool told = false;
  while (true) {
    switch (events_.receive(NetlinkSocket::Wait::no)) {
      case NetlinkSocket::Outcome::datagram: {
        const auto outcome = table_.apply(events_.last());
        routes_uncertain_ |= outcome.routes_uncertain;
        if (outcome.overrun) known_ = false;
        break;
      }
      case NetlinkSocket::Outcome::overrun:
        known_ = false;
        break;
      case NetlinkSocket::Outcome::nothing:
      case NetlinkSocket::Outcome::failed:
        return told;
    }
    told = true;
  }
}

// The kernel tells that an address goes before it has taken the routes away, and does not always
// tell when it has: a second and a third look see the end of it.
void NetlinkMonitor::recheck() {
  ++next_recheck_;
  if (next_recheck_ < std::size(kRechecks)) timer_.arm(told_at_ + kRechecks[next_recheck_]);
  routes_uncertain_ = true;
  hint_(Cause::recheck, told_at_);
}

net::NetworkSnapshot NetlinkMonitor::observe(const std::vector<net::IpAddress>& destinations) {
  if (hint_) drain();
  refresh();
  net::NetworkSnapshot snapshot = table_.snapshot();
  for (const net::IpAddress& destination : destinations) {
    snapshot.routes.emplace(destination, lookup_.find(destination));
  }
  return snapshot;
}

void NetlinkMonitor::refresh() {
  if (!known_ || !hint_) {
    table_.clear();
    dump(RTM_GETLINK, AF_UNSPEC);
    dump(RTM_GETADDR, AF_UNSPEC);
    dump_routes();
    known_ = true;
  } else {
    if (table_.has_addresses_without_link()) dump(RTM_GETLINK, AF_UNSPEC);
    if (routes_uncertain_) dump_routes();
  }
  routes_uncertain_ = false;
}

void NetlinkMonitor::dump_routes() {
  table_.forget_routes();
  dump(RTM_GETROUTE, AF_INET);
  dump(RTM_GETROUTE, AF_INET6);
}

// On a socket of its own: notifications that come meanwhile wait their turn and are applied on top.
void NetlinkMonitor::dump(std::uint16_t type, std::uint8_t family) {
  for (int attempt = 0; attempt < kDumpAttempts; ++attempt) {
    auto socket = NetlinkSocket::open();
    DumpRequest request;
    request.header.nlmsg_len = NLMSG_LENGTH(sizeof request.body);
    request.header.nlmsg_type = type;
    request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    request.body.rtgen_family = family;
    if (!socket ||
        !socket->send(std::as_bytes(std::span{&request, 1}).first(request.header.nlmsg_len)))
      return;
    net::RtnetlinkOutcome outcome;
    bool interrupted = false;
    while (!outcome.done && outcome.error == 0 &&
           socket->receive(NetlinkSocket::Wait::yes) == NetlinkSocket::Outcome::datagram) {
      outcome = table_.apply(socket->last());
      interrupted |= outcome.interrupted;
    }
    if (!interrupted) return;
  }
}

}  // namespace godwit::io
