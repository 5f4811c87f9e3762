// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sip/dialog/dialog.h"
#include "ua/flow_selector.h"
#include "ua/identity.h"

namespace godwit::ua {

/// Where requests inside a dialog of the account go next.
[[nodiscard]] NextHop hop_of(const sip::Dialog& dialog, AccountId account);

/// A dialog was opened by a message on `flow`. The proxy next to us that stays in its path is the one
/// at the other end of the account's own stream, whatever it calls itself in Record-Route: requests in
/// the dialog go by that stream. Where the INVITE went over TCP to the account's server for its size alone,
/// they go by UDP as everything else does, for all that they name TCP in Route (a SHOULD of RFC 3263 §4.1):
/// after a move a connection would cost a round trip more.
void follow_server(FlowSelector& flows, const Identity& identity, const sip::Dialog& dialog,
                   const net::Flow& flow);

}  // namespace godwit::ua
