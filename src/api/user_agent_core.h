// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <type_traits>
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

inline tl::unexpected<Error> agent_is_gone(Errc code) {
  return fail(code, "the user agent is gone");
}

/// What a handle asks of its agent; `gone` once there is none.
template <typename Command>
std::invoke_result_t<Command, ua::Engine&, TimePoint> command(
    const std::weak_ptr<UserAgentCore>& agent, Errc gone, Command&& asked) {
  const auto core = agent.lock();
  if (!core) return agent_is_gone(gone);
  return core->driver.command(std::forward<Command>(asked));
}

/// The same for what opens files.
template <typename Command>
std::invoke_result_t<Command, ua::Engine&, TimePoint> file_command(
    const std::weak_ptr<UserAgentCore>& agent, Errc gone, Command&& asked) {
  const auto core = agent.lock();
  if (!core) return agent_is_gone(gone);
  return core->driver.file_command(std::forward<Command>(asked));
}

}  // namespace godwit
