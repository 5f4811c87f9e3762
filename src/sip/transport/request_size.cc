// SPDX-License-Identifier: Apache-2.0
#include "sip/transport/request_size.h"

#include "sip/message/compact_form.h"

namespace godwit::sip {

std::string write_for(const Message& message, const net::Flow& flow) {
  std::string bytes = message.write();
  const bool too_large = message.is_request() && flow.transport == net::Transport::udp &&
                         bytes.size() > kLargestUdpRequest;
  if (!too_large) return bytes;
  std::string compact = write_compact(message);
  return compact.size() <= kLargestUdpRequest ? compact : bytes;
}

}  // namespace godwit::sip
