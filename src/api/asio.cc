// SPDX-License-Identifier: Apache-2.0
#include "godwit/asio.h"

#include <utility>

#include "api/user_agent_core.h"

namespace godwit {

std::unique_ptr<UserAgent> make_user_agent(asio::io_context& context, UserAgentOptions options,
                                           std::function<void()> stopped) {
  auto core = std::make_shared<UserAgentCore>(std::move(options), context, std::move(stopped));
  return std::unique_ptr<UserAgent>(new UserAgent(std::move(core)));
}

}  // namespace godwit
