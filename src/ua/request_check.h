// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "sip/message/message.h"
#include "sip/verdict/answer.h"
#include "ua/abilities.h"

namespace godwit::ua {

/// What a request outside dialogs is answered, whatever the calls and accounts are: 200 when
/// nothing is wrong with it (RFC 3261 §8.2).
/// @param toward_sender  what we do of what its sender may ask
[[nodiscard]] sip::Answer check_request(const sip::Message& request,
                                        const sip::Abilities& toward_sender = abilities());

/// What is refused of a request inside a dialog, whatever the call's state is: its method, what it
/// requires, its body. nullopt: nothing. A BYE is never refused.
[[nodiscard]] std::optional<sip::Answer> find_refusal_in_dialog(const sip::Message& request);

/// What a SUBSCRIBE to a package without a notifier is answered (RFC 6665 §4.2.1.2).
[[nodiscard]] sip::Answer bad_event();

/// Adds what an answer has besides its status.
void add_fields(sip::Message& response, const sip::Answer& answer);
/// The response that carries an answer.
[[nodiscard]] sip::Message make_response(const sip::Message& request, const sip::Answer& answer,
                                         std::string_view to_tag);

/// What a 200 to OPTIONS tells: methods, bodies, encodings and extensions (RFC 3261 §11.2).
void add_abilities(sip::Message& response);

}  // namespace godwit::ua
