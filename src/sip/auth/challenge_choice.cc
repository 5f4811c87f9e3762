// SPDX-License-Identifier: Apache-2.0
#include "sip/auth/challenge_choice.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"

namespace godwit::sip {
namespace {

std::pair<int, bool> rank(const Challenge& challenge) {
  return {strength(challenge.algorithm), challenge.has_qop()};
}

/// Enters a challenge, unless its realm has one already that is as good.
void offer(std::vector<Challenge>& chosen, Challenge challenge) {
  const auto same = std::find_if(chosen.begin(), chosen.end(), [&](const Challenge& other) {
    return other.realm == challenge.realm;
  });
  if (same == chosen.end()) {
    chosen.push_back(std::move(challenge));
  } else if (rank(challenge) > rank(*same)) {
    *same = std::move(challenge);
  }
}

bool contains(const std::vector<std::string>& realms, std::string_view realm) {
  return std::find(realms.begin(), realms.end(), realm) != realms.end();
}

}  // namespace

std::vector<Challenge> ChallengeChooser::choose(const std::vector<std::string_view>& values) {
  std::vector<Challenge> chosen;
  std::size_t seen = 0;
  for (const std::string_view value : values) {
    for (std::size_t at = 0; const auto text = next_challenge(value, at);) {
      if (seen++ == limits::kChallenges) break;
      auto challenge = parse_challenge(*text);
      if (challenge && is_acceptable(*challenge)) offer(chosen, *std::move(challenge));
    }
    if (seen > limits::kChallenges) break;
  }
  for (const Challenge& challenge : chosen) {
    const bool room = held_to_qop_.size() < kMaxHeld;
    if (challenge.has_qop() && room && !is_held_to_qop(challenge.realm)) {
      held_to_qop_.push_back(challenge.realm);
    }
  }
  return chosen;
}

bool ChallengeChooser::is_acceptable(const Challenge& challenge) const {
  if (strength(challenge.algorithm) < strength(policy_.minimum)) return false;
  if (!policy_.realms.empty() && !contains(policy_.realms, challenge.realm)) return false;
  if (challenge.has_qop()) return challenge.qop_auth || challenge.qop_auth_int;
  // The form of RFC 2069 has MD5 only, and no cnonce, which a session would need.
  return challenge.algorithm == DigestAlgorithm::md5 && !is_held_to_qop(challenge.realm);
}

bool ChallengeChooser::is_held_to_qop(std::string_view realm) const {
  return contains(held_to_qop_, realm);
}

}  // namespace godwit::sip
