// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "sip/message/field.h"
#include "sip/message/grammar.h"

namespace godwit::sip {

/// The grammar of Authorization, Proxy-Authorization, WWW-Authenticate, Proxy-Authenticate and
/// Authentication-Info values. Those of the Digest scheme must be whole too (RFC 7616 §3.4); an
/// algorithm, qop or scheme that nobody knows breaks no grammar. Values of other fields pass.
[[nodiscard]] std::optional<Fault> check_auth_field(Field field, std::string_view value);

}  // namespace godwit::sip
