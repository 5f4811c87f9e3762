// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "sip/message/grammar.h"
#include "sip/message/uri.h"

namespace godwit::sip {

/// Identity: a signature over who calls whom and when, and where the certificate is (RFC 8224 §4).
/// godwit reads and writes it; it does not verify it.
struct Identity {
  std::string digest;  // a PASSporT: "header.payload.signature" or "..signature", in base64url
  Uri info;            // of the certificate, of any scheme
  std::string alg;     // empty: ES256
  std::string ppt;     // the extension: "shaken", "div"; empty: none
  Parameters other;

  bool operator==(const Identity&) const = default;
};

/// Parses the unfolded field value, without the field name.
[[nodiscard]] Scanned<Identity> parse_identity(std::string_view text);
[[nodiscard]] std::string to_string(const Identity& identity);

}  // namespace godwit::sip
