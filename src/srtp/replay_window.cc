// SPDX-License-Identifier: Apache-2.0
#include "srtp/replay_window.h"

namespace godwit::srtp {

bool ReplayWindow::is_new(std::uint64_t index) const {
  if (!newest_ || index > *newest_) return true;
  if (*newest_ - index >= kSize) return false;
  const std::uint64_t at = index % kSize;
  return ((heard_[at / kWordBits] >> (at % kWordBits)) & 1U) == 0;
}

/// The places of packets that were skipped still tell of those one window before.
void ReplayWindow::forget_between(std::uint64_t older, std::uint64_t newer) {
  if (newer - older >= kSize) {
    heard_ = {};
    return;
  }
  for (std::uint64_t index = older + 1; index < newer; ++index) {
    const std::uint64_t at = index % kSize;
    heard_[at / kWordBits] &= ~(std::uint64_t{1} << (at % kWordBits));
  }
}

bool ReplayWindow::note(std::uint64_t index) {
  const bool newer = !newest_ || index > *newest_;
  if (newer) {
    if (newest_) forget_between(*newest_, index);
    newest_ = index;
  }
  const std::uint64_t at = index % kSize;
  heard_[at / kWordBits] |= std::uint64_t{1} << (at % kWordBits);
  return newer;
}

}  // namespace godwit::srtp
