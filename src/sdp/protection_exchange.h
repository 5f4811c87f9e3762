// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "godwit/error.h"
#include "sdp/dtls_exchange.h"
#include "sdp/media_protection.h"
#include "sdp/protection_terms.h"
#include "sdp/sdes_exchange.h"
#include "sdp/session_description.h"

namespace godwit::sdp {

/// How the sound of one session is protected: what our lines say of it, what is taken of the far end's,
/// and that protection, once agreed on, is never given up again.
class ProtectionExchange {
 public:
  explicit ProtectionExchange(const ProtectionTerms& terms);

  /// To be set before anything is offered or answered.
  void set_policy(ProtectionPolicy policy) { policy_ = policy; }
  /// The keys in use are worn: the next description of ours asks for others.
  void renew() {
    sdes_.renew();
    dtls_.renew();
  }
  /// Gives the line of our offer its protocol, that of the session so far if there is one, and keys.
  /// Errors: `not_protected`: they have to be, and we have no way to agree on any.
  [[nodiscard]] Result<void> put_offer(Media& line, const net::SocketAddress& here,
                                       const std::string& protocol_so_far,
                                       SdesExchange::Suites suites = SdesExchange::Suites::all);
  /// What an answer makes of our offer; a line that is in use is meant.
  /// Errors: `not_protected`, `media_failed`; what was agreed on before stands.
  [[nodiscard]] Result<MediaProtection> take_answer(const SessionDescription& answer,
                                                    const Media& line,
                                                    const net::SocketAddress& there);
  /// Whether an offered line can be taken. Errors: `not_protected`, `media_failed`.
  [[nodiscard]] Result<void> check_offer(const SessionDescription& offer, const Media& line) const;
  /// Whether it would be protected then.
  [[nodiscard]] bool protects(const SessionDescription& offer, const Media& line) const;
  /// Answers a line that passed the check.
  [[nodiscard]] MediaProtection put_answer(const SessionDescription& offer, const Media& offered,
                                           Media& line, const DtlsExchange::Path& path);

 private:
  [[nodiscard]] std::optional<Keying> keying_of_offer() const;
  [[nodiscard]] std::optional<Keying> keying_of_answer(const SessionDescription& offer,
                                                       const Media& line) const;
  [[nodiscard]] bool is_possible(Keying keying) const;
  [[nodiscard]] Result<void> check_plain(bool profile_is_secure) const;

  ProtectionPolicy policy_;
  Keying keying_;
  SdesExchange sdes_;
  DtlsExchange dtls_;
  std::optional<Keying> offered_;  // in our last offer
  std::optional<Keying> agreed_;   // as the last exchange left it
};

}  // namespace godwit::sdp
