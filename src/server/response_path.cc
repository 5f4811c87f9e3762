// SPDX-License-Identifier: Apache-2.0
#include "server/response_path.h"

#include <utility>

namespace godwit::server {
namespace {

sip::NextHop hop_to(const sip::ResponseNeedsRoute& needed, const sip::Host& host,
                    std::uint16_t port) {
  sip::Uri uri;
  uri.host = host;
  uri.port = port;
  sip::NextHop hop = sip::next_hop_of(uri);
  hop.transport = needed.transport;
  return hop;
}

}  // namespace

void ResponsePath::on_needed(const sip::ResponseNeedsRoute& needed, TimePoint now) {
  const sip::NextHop first = hop_to(needed, needed.source.address, needed.source.port);
  Waiting waiting{needed.transaction, hop_to(needed, needed.host, needed.port)};
  if (first == waiting.otherwise) waiting.otherwise.reset();
  const PathFinder::Ticket ticket = paths_.find(first, {}, now);
  waiting_.emplace(ticket, std::move(waiting));
}

bool ResponsePath::on_path(const PathFinder::Found& found, TimePoint now) {
  auto node = waiting_.extract(found.ticket);
  if (!node) return false;
  Waiting& waiting = node.mapped();
  if (found.flow) {
    paths_.forget(found.ticket);
    if (!transactions_.move_server(waiting.transaction, *found.flow)) {
      transactions_.abandon(waiting.transaction);
    }
  } else if (waiting.otherwise) {
    const PathFinder::Ticket ticket = paths_.find(*waiting.otherwise, {}, now);
    waiting_.emplace(ticket, Waiting{waiting.transaction, std::nullopt});
  } else {
    transactions_.abandon(waiting.transaction);
  }
  return true;
}

}  // namespace godwit::server
