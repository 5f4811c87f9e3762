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
/// the dialog go by that stream.
void follow_server(FlowSelector& flows, const Identity& identity, const sip::Dialog& dialog,
                   const net::Flow& flow);

}  // namespace godwit::ua
