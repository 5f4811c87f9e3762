// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/random.h"
#include "sdp/fingerprint.h"

namespace godwit::sdp {

/// Which protection one side wants for its sound.
enum class ProtectionPolicy : std::uint8_t {
  never,      ///< offers plain RTP and takes nothing else
  accepted,   ///< offers plain RTP, takes what protection is offered
  preferred,  ///< offers keys beside plain RTP, for those who understand them; takes everything
  required,   ///< offers SRTP and takes nothing else
};

/// How keys are agreed on.
enum class Keying : std::uint8_t {
  sdes,  ///< told in SDP (RFC 4568): as safe as the signalling is
  dtls,  ///< by a handshake on the media path (RFC 5763)
};

/// What one side brings to the protection of its sound.
struct ProtectionTerms {
  ProtectionPolicy policy = ProtectionPolicy::never;
  Keying keying = Keying::sdes;           ///< of our offers; in answers both are taken
  std::vector<std::string> suites;        ///< of SDES, best first; empty: no SDES
  std::vector<Fingerprint> fingerprints;  ///< of our certificate; empty: no DTLS
  /// Where keys and the names of associations come from: without it there is no protection.
  Random* random = nullptr;
};

}  // namespace godwit::sdp
