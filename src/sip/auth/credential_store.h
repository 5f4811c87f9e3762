// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
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
  CredentialStore(Secret secret, Random& random);

  enum class Verdict {
    answer,   ///< send the request again: `authorize` will add credentials
    refused,  ///< the credentials we sent were not accepted, or there is no password
  };
  /// Takes the challenges of a 401 or 407 to `request`. The strongest supported one of each realm
  /// counts. A stale nonce is answered at most twice in a row.
  Verdict on_challenge(const Message& request, const Message& response);
  /// Adds Authorization and Proxy-Authorization for every remembered challenge that applies to the
  /// request: those its Call-ID was given. Replaces what is there.
  void authorize(Message& request);
  /// A request of this Call-ID was answered with something else than a challenge.
  void on_accepted(std::string_view call_id);
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
  };
  struct NonceUse {
    std::string nonce;
    std::uint32_t count = 0;
  };
  Known* find(std::string_view call_id, bool proxy, std::string_view realm);
  bool take(const Message& request, bool proxy, const Challenge& challenge);
  void remember(Known known);
  std::uint32_t next_count(const std::string& nonce);
  [[nodiscard]] DigestCredentials answer(const Challenge& challenge, const Message& request);

  Secret secret_;
  Random& random_;
  std::vector<Known> known_;      // oldest first
  std::vector<NonceUse> nonces_;  // least recently used first
};

}  // namespace godwit::sip
