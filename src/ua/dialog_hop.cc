// SPDX-License-Identifier: Apache-2.0
#include "ua/dialog_hop.h"

namespace godwit::ua {

NextHop hop_of(const sip::Dialog& dialog, AccountId account) {
  return {sip::next_hop_of(dialog.next_hop()), account};
}

void follow_server(FlowSelector& flows, const Identity& identity, const sip::Dialog& dialog,
                   const net::Flow& flow) {
  const auto own = flows.chosen(identity.hop);
  const auto next = hop_of(dialog, identity.id);
  const bool same = own && own->id == flow.id && flow.transport != net::Transport::udp;
  if (same && sip::transport_of(next.server) == flow.transport && !dialog.route_set().empty()) {
    flows.follow(next, identity.hop);
  }
}

}  // namespace godwit::ua
