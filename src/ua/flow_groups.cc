// SPDX-License-Identifier: Apache-2.0
#include "ua/flow_groups.h"

namespace godwit::ua {

FlowGroups::FlowGroups(const TransportOptions& agent)
    : outside_{{}, agent.bind, std::make_shared<const TlsOptions>(agent.tls_options)} {}

// Bound to names, so that an option that is added and forgotten here does not compile.
FlowGroups::Likeness FlowGroups::likeness_of(AccountId account, const BindOptions& bind, bool own,
                                             const TlsOptions& tls) {
  const auto& [interface, address, choose, dscp, public_v4, public_v6] = bind;
  const auto& [ca, certificate, key, verify, wildcards, key_log] = tls;
  return {{interface, address, dscp, public_v4, public_v6},
          {ca, certificate, key, verify, wildcards, key_log},
          own && choose ? account : AccountId{}};
}

void FlowGroups::join(AccountId account, const AccountOptions& options) {
  const auto& bind = options.bind ? *options.bind : outside_.bind;
  const auto& tls = options.tls ? *options.tls : *outside_.tls;
  const auto [at, fresh] =
      groups_.try_emplace(likeness_of(account, bind, options.bind.has_value(), tls));
  auto& [group, members] = at->second;
  if (fresh) {
    group.id = FlowGroupId{++last_id_};
    group.tls = options.tls ? std::make_shared<const TlsOptions>(tls) : outside_.tls;
  }
  group.bind = bind;  // a function may be another one than before
  ++members;
  leave(account);
  members_.emplace(account, at);
}

void FlowGroups::leave(AccountId account) {
  const auto member = members_.find(account);
  if (member == members_.end()) return;
  if (--member->second->second.members == 0) groups_.erase(member->second);
  members_.erase(member);
}

const FlowGroups::Group& FlowGroups::of(AccountId account) const {
  const auto member = members_.find(account);
  return member == members_.end() ? outside_ : member->second->second.group;
}

}  // namespace godwit::ua
