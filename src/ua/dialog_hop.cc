// SPDX-License-Identifier: Apache-2.0
#include "ua/dialog_hop.h"

namespace godwit::ua {

NextHop hop_of(const sip::Dialog& dialog, AccountId account) {
  return {sip::next_hop_of(dialog.next_hop()), account};
}

namespace {

/// A stream that was opened to where the account's own flow leads by UDP.
bool is_beside(const net::Flow& stream, const net::Flow& own) {
  return own.transport == net::Transport::udp && stream.transport == net::Transport::tcp &&
         stream.remote == own.remote;
}

}  // namespace

void follow_server(FlowSelector& flows, const Identity& identity, const sip::Dialog& dialog,
                   const net::Flow& flow) {
  const auto own = flows.chosen(identity.hop);
  if (!own || dialog.route_set().empty()) return;
  const auto next = hop_of(dialog, identity.id);
  if (sip::transport_of(next.server) != flow.transport) return;
  // By whichever of its flows: who stands at the other end of them is the same.
  const bool same = flow.transport != net::Transport::udp && flows.is_chosen(identity.hop, flow.id);
  if (same || is_beside(flow, *own)) flows.follow(next, identity.hop);
}

}  // namespace godwit::ua
