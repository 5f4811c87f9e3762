// SPDX-License-Identifier: Apache-2.0
#include "ua/context.h"

#include "godwit/version.h"

namespace godwit::ua {

std::string user_agent_text(const UserAgentOptions& options) {
  return options.user_agent.empty() ? "godwit/" GODWIT_VERSION : options.user_agent;
}

}  // namespace godwit::ua
