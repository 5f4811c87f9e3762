// SPDX-License-Identifier: Apache-2.0
#include "ua/context.h"

#include "godwit/version.h"

namespace godwit::ua {

std::string user_agent_text(const UserAgentOptions& options) {
  return options.user_agent.empty() ? "godwit/" GODWIT_VERSION : options.user_agent;
}

sip::ClientId Context::send(sip::Message request, const net::Flow& flow, Owner owner,
                            TimePoint now) const {
  const auto id = transactions.send_request(std::move(request), flow, now);
  owners.emplace(id, std::move(owner));
  return id;
}

void Context::abandon(sip::ClientId id) const {
  transactions.abandon(id);
  owners.erase(id);
}

}  // namespace godwit::ua
