// SPDX-License-Identifier: Apache-2.0
#include "lab/peer_move.h"

#include <net/if.h>

#include "lab/attachment.h"
#include "lab/netlink_batch.h"

namespace godwit::lab {
namespace {

struct Lease {
  const char* address;
  const char* router;
  std::uint8_t prefix_length;
};

RouteSpec way_out(const Lease& lease, int device) {
  const net::IpAddress router = lab_address(lease.router);
  return {
      .destination = net::IpAddress::any(router.family()), .gateway = router, .device = device};
}

}  // namespace

Result<Moment> move_peer(const NetNamespace& b) {
  constexpr const char* kRouterV4 = "10.9.0.1";
  constexpr const char* kRouterV6 = "2001:db8:9::1";
  Moment done;
  auto moved = b.inside([&done]() -> Result<void> {
    const int eth0 = static_cast<int>(::if_nametoindex("eth0"));
    NetlinkBatch batch;
    for (const Lease& old : {Lease{kPeerV4, kRouterV4, 24}, Lease{kPeerV6, kRouterV6, 64}}) {
      batch.remove_route(way_out(old, eth0))
          .remove_address(eth0, lab_address(old.address), old.prefix_length);
    }
    for (const Lease& lease :
         {Lease{kMovedPeerV4, kRouterV4, 24}, Lease{kMovedPeerV6, kRouterV6, 64}}) {
      batch.add_address(eth0, lab_address(lease.address), lease.prefix_length)
          .add_route(way_out(lease, eth0));
    }
    auto socket = NetlinkSocket::open();
    if (!socket) return tl::unexpected(socket.error());
    auto committed = socket->commit(batch);
    done = Moment::now();
    return committed;
  });
  if (!moved) return tl::unexpected(moved.error());
  return done;
}

}  // namespace godwit::lab
