// SPDX-License-Identifier: Apache-2.0
#include "sdp/protection_exchange.h"

#include <string>

#include "sdp/media_profile.h"

namespace godwit::sdp {
namespace {

/// Of the first offer of a session. Who would do without protection offers it by the profile that
/// everybody knows.
std::string first_protocol(ProtectionPolicy policy, std::optional<Keying> keying) {
  const bool secure = policy == ProtectionPolicy::required && keying;
  return std::string(to_string(MediaProfile{secure, false, secure && keying == Keying::dtls}));
}

}  // namespace

ProtectionExchange::ProtectionExchange(const ProtectionTerms& terms)
    : policy_(terms.policy),
      keying_(terms.keying),
      sdes_(terms.suites, terms.random),
      dtls_(terms.fingerprints, terms.random) {}

bool ProtectionExchange::is_possible(Keying keying) const {
  return keying == Keying::sdes ? sdes_.possible() : dtls_.possible();
}

/// As it was agreed on; before that, as is wanted.
std::optional<Keying> ProtectionExchange::keying_of_offer() const {
  if (agreed_) return agreed_;
  if (policy_ != ProtectionPolicy::preferred && policy_ != ProtectionPolicy::required) {
    return std::nullopt;
  }
  const Keying other = keying_ == Keying::sdes ? Keying::dtls : Keying::sdes;
  if (is_possible(keying_)) return keying_;
  return is_possible(other) ? std::optional(other) : std::nullopt;
}

Result<void> ProtectionExchange::put_offer(Media& line, const net::SocketAddress& here,
                                           const std::string& protocol_so_far,
                                           SdesExchange::Suites suites) {
  offered_ = keying_of_offer();
  if (!offered_ && policy_ == ProtectionPolicy::required) {
    return fail(Errc::not_protected, "there is nothing here to protect the sound with");
  }
  line.protocol = protocol_so_far.empty() ? first_protocol(policy_, offered_) : protocol_so_far;
  if (offered_ == Keying::sdes) sdes_.put_offer(line, here, suites);
  if (offered_ == Keying::dtls) dtls_.put_offer(line, here);
  return {};
}

/// No keys: is that how it may be?
Result<void> ProtectionExchange::check_plain(bool profile_is_secure) const {
  if (profile_is_secure) return fail(Errc::media_failed, "no keys for SRTP that both can use");
  if (agreed_) return fail(Errc::not_protected, "the sound of this call has been protected so far");
  if (policy_ == ProtectionPolicy::required) {
    return fail(Errc::not_protected, "the sound would not be protected");
  }
  return {};
}

Result<MediaProtection> ProtectionExchange::take_answer(const SessionDescription& answer,
                                                        const Media& line,
                                                        const net::SocketAddress& there) {
  if (offered_ == Keying::sdes && has_crypto(line)) {
    auto keys = sdes_.take_answer(line);
    if (!keys) return fail(Errc::media_failed, "the answer's keys are of none of our suites");
    agreed_ = Keying::sdes;
    return MediaProtection(*std::move(keys));
  }
  if (offered_ == Keying::dtls) {
    if (auto association = dtls_.take_answer(answer, line, there)) {
      agreed_ = Keying::dtls;
      return MediaProtection(*std::move(association));
    }
  }
  const auto profile = parse_profile(line.protocol);
  if (const auto plain = check_plain(profile && profile->secure); !plain) {
    return tl::unexpected(plain.error());
  }
  return MediaProtection();
}

/// The one in use goes on if it can.
std::optional<Keying> ProtectionExchange::keying_of_answer(const SessionDescription& offer,
                                                           const Media& line) const {
  const auto profile = parse_profile(line.protocol);
  if (policy_ == ProtectionPolicy::never || !profile) return std::nullopt;
  const bool sdes = !profile->dtls && sdes_.possible() && sdes_.choose(line);
  const bool dtls = dtls_.takes(offer, line);
  if (sdes && dtls) return agreed_.value_or(keying_);
  if (sdes) return Keying::sdes;
  return dtls ? std::optional(Keying::dtls) : std::nullopt;
}

Result<void> ProtectionExchange::check_offer(const SessionDescription& offer,
                                             const Media& line) const {
  const auto profile = parse_profile(line.protocol);
  if (!profile) return fail(Errc::media_failed, "no RTP");
  if (keying_of_answer(offer, line)) return {};
  return check_plain(profile->secure);
}

bool ProtectionExchange::protects(const SessionDescription& offer, const Media& line) const {
  return keying_of_answer(offer, line).has_value();
}

MediaProtection ProtectionExchange::put_answer(const SessionDescription& offer,
                                               const Media& offered, Media& line,
                                               const DtlsExchange::Path& path) {
  const auto keying = keying_of_answer(offer, offered);
  if (!keying) return {};
  agreed_ = keying;
  if (keying == Keying::dtls) return dtls_.put_answer(offer, offered, line, path);
  return sdes_.put_answer(*sdes_.choose(offered), line, path.here);
}

}  // namespace godwit::sdp
