// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/random.h"

namespace bench {

/// A message as others might have sent it, once with its SDP body and once without any body.
struct Variant {
  std::string with_sdp;
  std::string without_sdp;
};

/// Draws a variant of one of the messages in tests/data/messages: other names, numbers, addresses,
/// tags, branches, Call-IDs, credentials, and another order of the header fields. It stays as valid
/// as the original: a name that stood in several places is the same in all of them, fields of one
/// name keep their order, Content-Length is true.
[[nodiscard]] Variant draw_variant(std::string_view original, godwit::Random& random);

/// A message without its body and what describes it.
[[nodiscard]] std::string without_body(std::string_view message);

}  // namespace bench
