// SPDX-License-Identifier: Apache-2.0
#include "ua/registrar_choice.h"

#include <algorithm>

#include "base/earlier_of.h"

namespace godwit::ua {
namespace {

constexpr Duration kFirstLook = std::chrono::seconds{30};
constexpr Duration kLongestLook = std::chrono::minutes{10};
// The account itself has to find its way in the new network first.
constexpr Duration kAfterNetwork = std::chrono::seconds{2};
// Who has kept us for so long works (RFC 5626 §4.5, min-regtime): its failures of before are past.
constexpr Duration kStable = std::chrono::seconds{120};
constexpr int kMostDoublings = 5;  // past `kLongestLook`

}  // namespace

void RegistrarChoice::note_failure(Known& known, TimePoint now) {
  known.works = false;
  known.down = true;
  const int doublings = std::min(known.failures++, kMostDoublings);
  known.look_at = now + std::min<Duration>(kLongestLook, kFirstLook * (1 << doublings));
}

// Who is not known to be down comes before who is.
std::optional<std::size_t> RegistrarChoice::first_unasked(bool down) const {
  const auto it = std::find_if(registrars_.begin(), registrars_.end(), [&](const Known& known) {
    return !known.asked && known.down == down;
  });
  if (it == registrars_.end()) return std::nullopt;
  return static_cast<std::size_t>(it - registrars_.begin());
}

bool RegistrarChoice::on_failed(TimePoint now, std::optional<TimePoint> until) {
  Known& failed = registrars_[present_];
  if (failed.since && now - *failed.since >= kStable) failed.failures = 0;
  failed.since.reset();
  failed.asked = true;
  note_failure(failed, now);
  if (until) failed.look_at = std::max(failed.look_at, *until);
  auto next = first_unasked(false);
  if (!next) next = first_unasked(true);
  present_ = next.value_or(0);
  if (next) return true;
  for (auto& known : registrars_) known.asked = false;
  return false;
}

void RegistrarChoice::on_registered(TimePoint now) {
  for (auto& known : registrars_) known.asked = false;
  Known& known = registrars_[present_];
  known.works = true;
  known.down = false;
  if (!known.since) known.since = now;
}

std::optional<std::size_t> RegistrarChoice::look(TimePoint now) {
  if (looking_) return std::nullopt;
  for (std::size_t i = 0; i < present_; ++i) {
    if (now < registrars_[i].look_at) continue;
    looking_ = i;
    return i;
  }
  return std::nullopt;
}

bool RegistrarChoice::on_looked(std::size_t which, bool works, TimePoint now) {
  if (looking_ == which) looking_.reset();
  if (which >= present_) return false;
  if (!works) {
    note_failure(registrars_[which], now);
    return false;
  }
  // Should it fail all the same, who has worked until now is asked next.
  registrars_[present_].since.reset();
  present_ = which;
  return true;
}

void RegistrarChoice::put_off(TimePoint now) {
  looking_.reset();
  for (auto& known : registrars_) known.look_at = std::max(known.look_at, now + kFirstLook);
}

void RegistrarChoice::on_network(TimePoint now) {
  for (auto& known : registrars_) {
    known.down = known.asked = false;
    known.failures = 0;
    known.look_at = now + kAfterNetwork;
  }
}

std::optional<TimePoint> RegistrarChoice::next_deadline() const {
  std::optional<TimePoint> first;
  if (looking_) return first;
  for (std::size_t i = 0; i < present_; ++i) first = earlier_of(first, registrars_[i].look_at);
  return first;
}

}  // namespace godwit::ua
