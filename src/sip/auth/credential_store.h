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

 private:
  struct Known {
    std::string call_id;
    bool proxy = false;
    Challenge challenge;
    std::uint32_t nonce_count = 0;
    int refusals = 0;
  };
  Secret secret_;
  Random& random_;
  std::vector<Known> known_;
};

}  // namespace godwit::sip
