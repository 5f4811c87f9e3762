// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "sip/message/message.h"
#include "sip/transport/flow_truth.h"

namespace godwit::test {

/// A refusal repeats the fields of the request that it refuses, with what is wrong in them (RFC
/// 3261 §8.2.6.2): that is the peer's fault.
inline bool is_the_peers_fault(const sip::ReadMessage& read) {
  constexpr std::array kRepeated = {sip::Field::via, sip::Field::from, sip::Field::to,
                                    sip::Field::call_id, sip::Field::cseq};
  return read.message.status() >= 400 &&
         std::any_of(kRepeated.begin(), kRepeated.end(),
                     [&](sip::Field field) { return read.fault->field == sip::field_name(field); });
}

/// CRLFs (RFC 5626 §3.5.1) or STUN, whose first byte is 0 or 1 (RFC 7983): no message.
inline bool is_keep_alive(const std::string& bytes) {
  return bytes.find_first_not_of("\r\n") == std::string::npos ||
         static_cast<unsigned char>(bytes.front()) < 4;
}

/// What is wrong with a message that somebody sends on `flow`: that it does not read, or is not
/// true to the flow.
inline std::optional<std::string> find_wrong(const std::string& bytes, const net::Flow& flow,
                                             sip::Origin origin) {
  const auto read = sip::read_message(bytes);
  if (read.fault && !is_the_peers_fault(read)) {
    return "not a message: " + sip::malformed(read.fault->field, read.fault->fault).detail;
  }
  return sip::find_untruth(read.message, flow, origin);
}

}  // namespace godwit::test
