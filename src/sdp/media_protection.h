// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "sdp/crypto_attribute.h"
#include "sdp/fingerprint.h"
#include "sdp/setup.h"

namespace godwit::sdp {

/// SRTP with keys that were told in SDP (RFC 4568): each side encrypts with its own.
struct SdesProtection {
  CryptoAttribute send;     // ours, as the last offer or answer of ours told it
  CryptoAttribute receive;  // the far end's

  bool operator==(const SdesProtection&) const = default;
};

/// SRTP with keys from a DTLS handshake on the media path (RFC 5763, RFC 8842).
struct DtlsProtection {
  bool client = false;  // we send the ClientHello: a=setup:active is ours
  std::vector<Fingerprint> remote_fingerprints;  // one of them has to be the far end's certificate's
  std::string local_tls_id, remote_tls_id;       // empty where the far end knows no tls-id
  /// Counts the associations of the session: another number than before asks for a new handshake, the
  /// same one goes on with the keys there are (RFC 8842 §5).
  unsigned association = 1;

  bool operator==(const DtlsProtection&) const = default;
};

/// None, SDES or DTLS.
using MediaProtection = std::variant<std::monostate, SdesProtection, DtlsProtection>;

}  // namespace godwit::sdp
