// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "net/flow.h"
#include "sip/message/name_addr.h"
#include "ua/identity.h"

namespace godwit::ua {

/// Our Contact in dialogs, and in requests and responses that may begin one: the public GRUU, of an anonymous
/// party a temporary one (RFC 5627 §4.4), where the registrar gave one; else that of the flow, with `ob` where
/// the flow is kept (RFC 5626 §4.3). What ContactOptions force stands before both.
[[nodiscard]] sip::NameAddr dialog_contact(const net::Flow& flow, const Identity& identity);

/// Whether a request to `uri` is for a GRUU of the account (RFC 5627 §4.4): servers usually put the Contact in
/// its place, but not all do.
[[nodiscard]] bool is_gruu_of(const Identity& identity, const sip::Uri& uri);

/// A GRUU as a registrar gives it. It names a domain: an address would be true on one network only. Empty: it
/// is none, or has more than `limits::kGruuBytes`.
[[nodiscard]] std::optional<sip::Uri> read_gruu(const std::string& text);

}  // namespace godwit::ua
