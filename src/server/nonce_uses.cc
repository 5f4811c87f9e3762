// SPDX-License-Identifier: Apache-2.0
#include "server/nonce_uses.h"

#include <algorithm>

namespace godwit::server {
namespace {

/// More than come with one request: what has expired becomes less.
constexpr int kForgottenAtOnce = 2;

}  // namespace

bool NonceUses::use_up(std::string_view nonce, TimePoint made, std::uint32_t count, TimePoint now) {
  forget_expired(now);
  if (now - made > limits_.life) return false;
  auto known = by_nonce_.find(nonce);
  if (known == by_nonce_.end()) {
    if (made <= forgotten_) return false;
    if (uses_.size() >= limits_.most) {
      forgotten_ = std::max(forgotten_, uses_.front().made);
      forget_first();
    }
    Use& use = uses_.emplace_back(Use{std::string(nonce), made, 0});
    known = by_nonce_.emplace(use.nonce, &use).first;
  }
  Use& use = *known->second;
  if (count <= use.count) return false;
  use.count = count;
  return true;
}

/// Used first is not made first, so some stay behind one that is still good: for one more life at
/// most.
void NonceUses::forget_expired(TimePoint now) {
  for (int i = 0; i < kForgottenAtOnce && !uses_.empty(); ++i) {
    if (now - uses_.front().made <= limits_.life) return;
    forget_first();
  }
}

void NonceUses::forget_first() {
  by_nonce_.erase(uses_.front().nonce);
  uses_.pop_front();
}

}  // namespace godwit::server
