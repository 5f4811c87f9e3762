// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "godwit/error.h"
#include "sip/message/name_addr.h"
#include "sip/message/uri.h"

namespace godwit::sip {

/// Whom a person wants to call.
struct DialTarget {
  NameAddr address;    // a SIP or SIPS URI, fit for a Request-URI
  Parameters headers;  // what followed "?": no part of an address that is called (RFC 3261 §19.1.1)
  std::vector<std::string> warnings;  // sentences for the person: what was left out or guessed

  bool operator==(const DialTarget&) const = default;
};

/// Reads what people type or paste: `sip:`, `sips:` and `tel:` URIs, `user@host`, a number
/// ("+49 (30) 123-456") or a user alone, both at the account's domain, an address or `host:port`
/// alone, each with ";transport=tcp" behind it, each in angle brackets behind a name.
///
/// @param account  the caller's own URI, of which scheme, host and port are taken; nullptr: none,
///                 then a word alone is a host, and a number cannot be called.
/// Errors: `invalid_argument`, whose detail is a sentence that says what was expected.
[[nodiscard]] Result<DialTarget> read_dial_target(std::string_view text, const Uri* account);

}  // namespace godwit::sip
