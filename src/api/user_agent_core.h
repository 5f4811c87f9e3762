// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <utility>

#include "io/user_agent_driver.h"

namespace godwit {

/// What the handles link to: weakly, so that they answer errors once the agent is gone.
class UserAgentCore {
 public:
  explicit UserAgentCore(UserAgentOptions options);
  UserAgentCore(UserAgentOptions options, asio::io_context& context, std::function<void()> stopped);

  io::UserAgentDriver driver;
};

}  // namespace godwit
