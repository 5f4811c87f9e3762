// SPDX-License-Identifier: Apache-2.0
#include "server/own_route.h"

namespace godwit::server {

OwnRoute read_own_route(const std::vector<sip::Uri>& taken, const net::Flow& source,
                        const FlowTokens& tokens, const PathFinder& paths) {
  OwnRoute route;
  for (const sip::Uri& uri : taken) {
    route.came_by = CameBy::our_route;
    route.named.reset();
    if (!FlowTokens::is_token(uri.user)) continue;
    const auto flow = tokens.read(uri.user);
    if (!flow) {
      route.forged = true;
    } else if (flow->id != source.id || flow->remote != source.remote) {
      route.named = NamedFlow{paths.living(*flow)};
    }
  }
  return route;
}

}  // namespace godwit::server
