// SPDX-License-Identifier: Apache-2.0
#include "sip/transport/request_size.h"

namespace godwit::sip {

bool leaves_by_stream(const Message& request, const net::Flow& flow) {
  constexpr std::size_t kToCome = 400;
  return flow.transport == net::Transport::udp &&
         request.write().size() + kToCome > kLargestUdpRequest;
}

}  // namespace godwit::sip
