// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sdp/grammar.h"

namespace godwit::sdp {

/// `a=fingerprint`: the digest of the certificate that DTLS or TLS will show (RFC 8122 §5).
struct Fingerprint {
  std::string hash;                 // "sha-256", in lower case
  std::vector<std::uint8_t> bytes;  // as many as the hash gives, where it is a known one
  bool operator==(const Fingerprint&) const = default;
};

[[nodiscard]] Scanned<Fingerprint> parse_fingerprint(std::string_view value);
/// "sha-256 4A:AD:B9:..."
[[nodiscard]] std::string to_string(const Fingerprint& fingerprint);

}  // namespace godwit::sdp
