// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/outbox.h"

#include <memory>
#include <string>

#include "base/assert.h"
#include "sip/transport/request_size.h"

namespace godwit::sip {

Bytes Outbox::send(const Message& message, const net::Flow& flow) {
  if (const auto untruth = find_untruth(message, flow, origin_)) {
    assertion_failed(untruth->c_str(), __FILE__, __LINE__);
  }
  Bytes bytes = std::make_shared<const std::string>(write_for(message, flow));
  send_again(bytes, flow);
  return bytes;
}

void Outbox::send_again(const Bytes& bytes, const net::Flow& flow) {
  outputs_.emplace_back(SendMessage{flow.id, flow.local.address, flow.remote, bytes});
}

}  // namespace godwit::sip
