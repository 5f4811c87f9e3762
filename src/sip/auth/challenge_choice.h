// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sip/auth/challenge.h"

namespace godwit::sip {

/// What an account asks of those who challenge it. What it does not accept is not answered.
struct DigestPolicy {
  DigestAlgorithm minimum = DigestAlgorithm::md5;  ///< the weakest hash; "-sess" or not is the same
  std::vector<std::string> realms;                 ///< the only ones answered; empty: any
};

/// Picks the challenges to answer, and never lets a realm fall back: one that once offered qop has
/// to go on offering it, for without it a digest can be replayed.
class ChallengeChooser {
 public:
  explicit ChallengeChooser(DigestPolicy policy) : policy_(std::move(policy)) {}

  /// Of each realm the strongest acceptable challenge among the values of a WWW-Authenticate or
  /// Proxy-Authenticate field; of equally strong ones that with qop, then the topmost (RFC 8760
  /// §2.4). Passed over are other schemes, algorithms that godwit does not know, and whatever is
  /// beyond `limits::kChallenges`.
  [[nodiscard]] std::vector<Challenge> choose(const std::vector<std::string_view>& values);

  /// Realms that are held to qop; none is forgotten for another one's sake.
  static constexpr std::size_t kMaxHeld = 1000;

 private:
  [[nodiscard]] bool is_acceptable(const Challenge& challenge) const;
  [[nodiscard]] bool is_held_to_qop(std::string_view realm) const;

  DigestPolicy policy_;
  std::vector<std::string> held_to_qop_;
};

}  // namespace godwit::sip
