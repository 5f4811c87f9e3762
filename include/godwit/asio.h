// SPDX-License-Identifier: Apache-2.0
#pragma once

// The only public header that includes Asio (standalone): for programs that have an Asio loop already.
#include <asio/io_context.hpp>
#include <functional>
#include <memory>

#include "godwit/user_agent.h"

namespace godwit {

/// A user agent on a loop that is there already.
///
/// Everything happens on the thread that runs `context`, which one thread only may do, and which has
/// to outlive the agent. `run()` and `poll()` of the agent do nothing; the rest of the contract is
/// `UserAgent`'s. Build against the Asio that godwit was built with (1.22).
///
/// @param stopped  Called once from the loop after `UserAgent::stop()`, or when `shut_down()` is done:
///                 the place to destroy the agent, so that it holds the loop no longer.
[[nodiscard]] GODWIT_EXPORT std::unique_ptr<UserAgent> make_user_agent(
    asio::io_context& context, UserAgentOptions options = {}, std::function<void()> stopped = {});

}  // namespace godwit
