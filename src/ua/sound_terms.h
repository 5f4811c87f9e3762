// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "godwit/error.h"
#include "godwit/options.h"
#include "media/kit.h"
#include "sdp/offer_answer.h"
#include "ua/identity.h"

namespace godwit::ua {

/// What the sound of all calls of an agent is made with.
struct SoundMeans {
  std::shared_ptr<const media::Kit> kit = std::make_shared<const media::Kit>();
  std::vector<sdp::Fingerprint> certificate;  ///< for DTLS; empty: there is none
};

/// What the session of a call does with RTCP.
inline constexpr sdp::RtcpTerms kRtcp{.mux = true, .reduced_size = true, .voip_metrics = true};

/// The protection that an account wants where signalling is encrypted, or is not.
[[nodiscard]] sdp::ProtectionPolicy policy_for(MediaSecurity wanted, bool signalling_is_encrypted);

/// Formats of these codecs in their order, and behind them telephone-events of each of their clock
/// rates and of 8,000 Hz (RFC 4733 §2.1), after comfort noise if that is wanted.
[[nodiscard]] std::vector<sdp::Format> formats_of(const audio::CodecList& codecs,
                                                  bool comfort_noise = false);
/// What a call with these options offers and takes; names that are not known are left out.
[[nodiscard]] sdp::SoundTerms sound_terms(const CallOptions& options, const SoundMeans& means);
/// What may be taken of an offer before somebody says how it is to be answered: everything we have.
[[nodiscard]] sdp::SoundTerms all_sound(const SoundMeans& means);
/// How the calls of an account protect their sound, but for the policy.
[[nodiscard]] sdp::ProtectionTerms protection_terms(const Identity& identity,
                                                    const SoundMeans& means, Random& random);

/// How sound is protected, for people: "SDES AES_CM_128_HMAC_SHA1_80", "DTLS"; empty: it is not.
[[nodiscard]] std::string describe(const sdp::MediaProtection& protection);

}  // namespace godwit::ua
