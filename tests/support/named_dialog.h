// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include "sip/message/message.h"
#include "support/sim_world.h"

namespace godwit::test {

/// The newest dialog between Alice, who began it, and Bob, as a Replaces or Join names it to her: what
/// somebody else may know of it from its dialog events.
inline std::string dialog_of_alice(const SimWorld& world) {
  std::string name;
  for (const auto& sent : world.wire()) {
    if (sent.host != "bob" || sent.method != "INVITE" || sent.status <= 100) continue;
    const auto message = sip::read_message(sent.bytes).message;
    name = std::string(message.call_id()) + ";to-tag=" + std::string(message.from_tag()) +
           ";from-tag=" + std::string(message.to_tag());
  }
  return name;
}

/// From now on Carol's INVITEs outside dialogs have one field more: she is a phone that can ask for what
/// no command of ours asks for.
inline void let_carol_say(SimWorld& world, sip::Field field, std::string value) {
  world.network.set_rewriter([field, value = std::move(value)](FakePacket& packet) {
    const auto from = net::to_string(packet.source.address);
    if (!packet.bytes.starts_with("INVITE ") || (from != "10.4.0.2" && from != "2001:db8:4::2")) return;
    auto message = sip::read_message(packet.bytes).message;
    if (!message.to_tag().empty()) return;
    message.set(field, value);
    packet.bytes = message.write();
  });
}

}  // namespace godwit::test
