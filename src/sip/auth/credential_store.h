// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "sip/auth/authentication_info.h"
#include "sip/auth/challenge_choice.h"
#include "sip/auth/digest.h"
#include "sip/message/message.h"

namespace godwit::sip {

/// Answers an account's challenges and remembers them, so that the next request to the same server
/// carries credentials before it is asked: one round trip instead of two.
///
/// A request outside REGISTER gets them up front only if its own Call-ID was challenged before
/// (RFC 3261 §22.3). A pair of nonce and nonce count is never used twice.
class CredentialStore {
 public:
  CredentialStore(Secret secret, Random& random, DigestPolicy policy = {});

  enum class Verdict {
    answer,   ///< send the request again: `authorize` will add credentials
    refused,  ///< the credentials we sent were not accepted, or there is no password
  };
  /// Takes the challenges of a 401 or 407 to `request`. Of each realm the strongest counts that the
  /// policy accepts. A stale nonce is answered at most twice in a row.
  Verdict on_challenge(const Message& request, const Message& response);
  /// Adds Authorization and Proxy-Authorization for every remembered challenge that applies to the
  /// request: those its Call-ID was given. Replaces what is there. The body must be in place: where
  /// only qop=auth-int is offered, the credentials cover it.
  void authorize(Message& request);
  /// Whether that would add anything.
  [[nodiscard]] bool applies_to(const Message& request) const;
  /// What that would make of the request, of the same length but good for nothing else: no nonce
  /// count is used up.
  [[nodiscard]] Message rehearse(const Message& request) const;

  /// Whether the server has shown that it knows the password too (RFC 7616 §3.5).
  enum class ServerProof {
    none,  ///< it did not try
    right,
    wrong,  ///< an impostor, or somebody in between changed the message
  };
  /// A request was answered with something else than a challenge. Takes the nonce for the next one
  /// from Authentication-Info and Proxy-Authentication-Info, unless their proof is wrong.
  ServerProof on_accepted(const Message& request, const Message& response);
  /// The same where the response is not at hand.
  void on_accepted(std::string_view call_id);
  /// It is another user or password from now on: challenges that are known are answered with it.
  void change(Secret secret);
  /// The dialog has ended: its Call-ID's challenges are dropped.
  void forget(std::string_view call_id);

  /// Call-IDs whose challenges are remembered; past it the oldest is forgotten.
  static constexpr std::size_t kMaxKnown = 1000;

 private:
  struct Known {
    std::string call_id;
    bool proxy = false;  // Proxy-Authorization, not Authorization
    Challenge challenge;
    bool accepted = false;  // an answer to it, or to one before it, was good
    int refusals = 0;       // since then
    // Of a "-sess" algorithm: its key, made once for each challenge (RFC 7616 §3.4.2), and the
    // cnonce that is part of it. It is used for all requests: servers that keep no sessions make
    // the key anew from what each request says.
    std::string session_key;
    std::string session_cnonce;
  };
  struct NonceUse {
    std::string nonce;
    std::uint32_t count = 0;
  };
  Known* find(std::string_view call_id, bool proxy, std::string_view realm);
  bool take(const Message& request, bool proxy, const Challenge& challenge);
  void remember(Known known);
  std::uint32_t next_count(const std::string& nonce);
  [[nodiscard]] DigestCredentials answer(Known& known, const Message& request);
  void name_user(const Challenge& challenge, DigestCredentials& credentials) const;
  [[nodiscard]] std::string key_of(Known& known, const DigestCredentials& credentials) const;
  ServerProof take_info(const AuthenticationInfo& info, bool proxy, const Message& request,
                        const Message& response);

  Secret secret_;
  Random& random_;
  ChallengeChooser chooser_;
  std::vector<Known> known_;      // oldest first
  std::vector<NonceUse> nonces_;  // least recently used first
};

/// The ACK for a 2xx repeats the credentials of its INVITE as they stand, for nobody may ask it for
/// others (RFC 3261 §22.1).
void repeat_credentials(const Message& invite, Message& ack);

}  // namespace godwit::sip
