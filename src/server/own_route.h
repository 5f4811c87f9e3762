// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "net/flow.h"
#include "server/flow_token.h"
#include "server/path_finder.h"
#include "server/request_target.h"

namespace godwit::server {

/// What the Routes say that led a request to us.
struct OwnRoute {
  CameBy came_by = CameBy::itself;
  bool forged = false;               ///< a flow token is not one of ours: 403 (RFC 5626 §5.3.1)
  std::optional<NamedFlow> named{};  ///< the flow it is for; empty: it goes by its URI
};

/// The last of our Routes is that of the side the request goes to. When it names the flow that the
/// request came by, the request is on its way out and goes by its URI (RFC 5626 §5.3).
///
/// @param taken  see `ServerIdentity::take_own_routes`
[[nodiscard]] OwnRoute read_own_route(const std::vector<sip::Uri>& taken, const net::Flow& source,
                                      const FlowTokens& tokens, const PathFinder& paths);

}  // namespace godwit::server
