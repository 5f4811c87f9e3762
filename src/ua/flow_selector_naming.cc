// SPDX-License-Identifier: Apache-2.0
#include "ua/flow_selector.h"

// What messages of an account name of the flows that they leave by.

namespace godwit::ua {
namespace {

// One that nobody reaches from elsewhere is no gain over one that everybody does.
bool is_a_loss(const net::Flow& flow, const net::SocketAddress& seen) {
  return !flow.local.address.is_private() && !flow.remote.address.is_private() &&
         seen.address.is_private();
}

}  // namespace

ContactOptions::Rewrite FlowSelector::rewrite_of(AccountId account) const {
  const auto it = rewrites_.find(account);
  return it == rewrites_.end() ? ContactOptions::Rewrite::never : it->second;
}

net::Flow FlowSelector::named_for(AccountId account, net::Flow flow) const {
  if (rewrite_of(account) != ContactOptions::Rewrite::never) return flow;
  if (flow.advertised == book_.seen_of(flow.id, flow.remote)) flow.advertised.reset();
  return flow;
}

void FlowSelector::note_seen(const NextHop& name, const net::Flow& flow,
                             const net::SocketAddress& seen) {
  const auto rewrite = rewrite_of(name.account);
  if (rewrite == ContactOptions::Rewrite::never) return;
  if (rewrite == ContactOptions::Rewrite::as_needed && is_a_loss(flow, seen)) return;
  // Of many accounts by one socket the first has told all others.
  const auto before = chosen(name);
  const auto outside = seen == flow.local ? std::nullopt : std::optional(seen);
  const bool known = book_.seen_of(flow.id, flow.remote) == outside;
  if (known && before && before->advertised == outside) return;
  book_.note_seen(flow.id, flow.remote, outside);
  renamed_.push_back(flow);
  for (auto& [other, hop] : hops_) {
    if (!hop.chosen || hop.chosen->id != flow.id || hop.chosen->remote != flow.remote) continue;
    if (const auto fresh = book_.flow(flow.id, flow.remote)) {
      hop.chosen = named_for(other.account, *fresh);
    }
  }
}

}  // namespace godwit::ua
