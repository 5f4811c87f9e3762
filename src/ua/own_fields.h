// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "godwit/options.h"
#include "sdp/session_description.h"
#include "sip/message/message.h"
#include "ua/identity.h"

namespace godwit::ua {

/// Says in a message who we are: Contact on the flow that it leaves by, Allow, Supported, and
/// User-Agent, or Server in a response.
void add_own_fields(sip::Message& message, const net::Flow& flow, const Identity& identity,
                    const UserAgentOptions& options);

/// Says in a request of a dialog that tells a new address of ours what it must, and no more: Contact on the
/// flow, and Supported with `timer` (RFC 4028 §7.1). The rest was told when the dialog began and is no other
/// now; RFC 3261 §13.2.1 asks for Allow in an INVITE that begins one.
void add_fields_of_a_move(sip::Message& request, const net::Flow& flow, const Identity& identity);

/// Says which extensions we understand; reliable provisional responses (RFC 3262) unless they are
/// off.
void set_supported(sip::Message& message, ReliableResponses reliable);

/// Makes the description the message's body.
void put_session(sip::Message& message, const sdp::SessionDescription& description);

/// Whether Supported, Require or another list of option tags names `tag`.
[[nodiscard]] bool lists_option(const sip::Message& message, sip::Field field,
                                std::string_view tag);
/// Whether Allow names a method.
[[nodiscard]] bool allows_method(const sip::Message& message, sip::Method method);

/// A response that opens or refreshes a dialog: it repeats the route that the caller is to take
/// (RFC 3261 §12.1.1).
[[nodiscard]] sip::Message make_dialog_response(const sip::Message& request, int status,
                                                std::string_view to_tag);

}  // namespace godwit::ua
