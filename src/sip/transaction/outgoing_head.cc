// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/outgoing_head.h"

#include <string>

#include "sip/message/compact_form.h"
#include "sip/transport/request_size.h"

namespace godwit::sip {
namespace {

constexpr std::size_t kBranchBytes = 12;
// More than `complete_head` adds: a Via with the longest address and port, Max-Forwards.
constexpr std::size_t kMostToCome = 200;

}  // namespace

void complete_head(Message& request, const net::Flow& flow, Random& random) {
  const auto branch = std::string(kBranchCookie) + random.token(kBranchBytes);
  request.prepend(Field::via, to_string(via_for(flow, branch)));
  if (request.count(Field::max_forwards) == 0) request.add(Field::max_forwards, "70");
}

bool leaves_by_stream(const Message& request, const net::Flow& flow) {
  if (flow.transport != net::Transport::udp) return false;
  // Most requests are small, and need no trial.
  if (request.write().size() + kMostToCome <= kLargestUdpRequest) return false;
  Message complete = request;
  SeededRandom any_branch(0);  // they are all of one length
  complete_head(complete, flow, any_branch);
  return write_compact(complete).size() > kLargestUdpRequest;
}

}  // namespace godwit::sip
