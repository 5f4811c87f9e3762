// SPDX-License-Identifier: Apache-2.0
#include "media/follower.h"

#include <algorithm>

#include "base/assert.h"
#include "base/earlier_of.h"

namespace godwit::media {
namespace {

/// Between two probes, at least: a report is lost now and then.
constexpr std::chrono::milliseconds kProbeInterval{250};

bool can_be_sent_to(const net::SocketAddress& address) {
  return address.port != 0 && !address.address.is_unspecified() && !address.address.is_multicast();
}

}  // namespace

void Follower::send_on(const Target& target) {
  stopped_ = false;
  if (anchor_ && signalled_ == target.remote) return change_path(target);
  // What we followed and signalling has named now is heard from already.
  const auto before = this->target();
  symmetric_ = symmetric_ && before && before->remote == target.remote;
  signalled_ = target.remote;
  anchor_ = target;
  followed_.reset();
  refuted_.reset();
}

/// A path has sockets of one family: a far end that went to the other one keeps the path it came
/// by.
void Follower::change_path(const Target& target) {
  const auto family = target.remote.family();
  if (anchor_->remote.family() == family) anchor_->path = target.path;
  if (followed_ && followed_->target.remote.family() == family) {
    followed_->target.path = target.path;
  }
}

void Follower::stop() {
  stopped_ = true;
  followed_.reset();
}

Follower::Change Follower::on_authentic(const Heard& heard, std::optional<Duration> round_trip,
                                        TimePoint now) {
  if (!anchor_ || stopped_ || heard.reset) return Change::none;
  if (heard.from.remote == anchor_->remote) return on_anchor(heard);
  if (followed_ && heard.from.remote == followed_->target.remote) {
    followed_->received += heard.bytes;
    return Change::none;
  }
  const Duration trip = round_trip.value_or(kAssumedRoundTrip);
  if (!may_follow(heard, trip, now)) return Change::none;
  follow(heard, trip, now);
  return Change::moved;
}

Follower::Change Follower::on_anchor(const Heard& heard) {
  symmetric_ = true;
  if (!followed_ || !heard.newest) return Change::none;
  followed_.reset();
  return Change::back;
}

bool Follower::may_follow(const Heard& heard, Duration round_trip, TimePoint now) const {
  return allowed_ && symmetric_ && heard.newest && heard.tag >= kLeastTag &&
         heard.from.remote != refuted_ && can_be_sent_to(heard.from.remote) &&
         (!moved_at_ || now - *moved_at_ >= round_trip);
}

void Follower::follow(const Heard& heard, Duration round_trip, TimePoint now) {
  followed_ = Followed{.target = heard.from,
                       .received = heard.bytes,
                       .sent = 0,
                       .until = now + std::max<Duration>(kProbation, 3 * round_trip),
                       .round_trip = round_trip,
                       .next_probe = now,
                       .probes = {},
                       .probe_count = 0};
  moved_at_ = now;
}

Follower::Change Follower::on_acknowledged(std::uint32_t last_sr, TimePoint /*now*/) {
  if (!followed_ || last_sr == 0) return Change::none;  // 0: it has had no report of ours
  const auto* const first = followed_->probes.begin();
  const auto* const last = first + followed_->probe_count;
  if (std::find(first, last, last_sr) == last) return Change::none;
  anchor_ = followed_->target;
  followed_.reset();
  refuted_.reset();
  return Change::confirmed;
}

Follower::Change Follower::on_timeout(TimePoint now) {
  if (!followed_ || now < followed_->until) return Change::none;
  refuted_ = followed_->target.remote;
  followed_.reset();
  return Change::back;
}

std::optional<TimePoint> Follower::next_deadline() const {
  if (!followed_) return std::nullopt;
  return earlier_of(followed_->until, followed_->next_probe);
}

std::optional<Target> Follower::target() const {
  if (stopped_) return std::nullopt;
  return followed_ ? followed_->target : anchor_;
}

Follower::Destinations Follower::take_destinations(std::size_t bytes) {
  GODWIT_ASSERT(anchor_.has_value());
  if (!followed_ || !fits(bytes)) {
    return {.first = *anchor_, .second = std::nullopt};
  }
  followed_->sent += bytes;
  return {.first = followed_->target, .second = *anchor_};
}

bool Follower::probe_due(TimePoint now) const {
  return followed_ && followed_->next_probe && *followed_->next_probe <= now;
}

bool Follower::take_probe(std::uint32_t middle_of_ntp, std::size_t bytes, TimePoint now) {
  put_off_probe(now);
  if (!followed_ || !fits(bytes)) return false;
  Followed& followed = *followed_;
  followed.sent += bytes;
  followed.probes[followed.probe_count++] = middle_of_ntp;
  if (followed.probe_count == kMostProbes) followed.next_probe.reset();
  return true;
}

void Follower::put_off_probe(TimePoint now) {
  if (followed_) {
    followed_->next_probe = now + std::max<Duration>(kProbeInterval, followed_->round_trip);
  }
}

/// Within what may be sent to an address that nothing has confirmed.
bool Follower::fits(std::size_t bytes) const {
  return followed_->sent + bytes <= kMostGrowth * followed_->received;
}

}  // namespace godwit::media
