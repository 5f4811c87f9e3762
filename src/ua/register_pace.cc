// SPDX-License-Identifier: Apache-2.0
#include "ua/register_pace.h"

#include <algorithm>
#include <utility>

#include "base/earlier_of.h"

namespace godwit::ua {

std::uint32_t RegisterPace::burst(std::uint32_t rate) {
  constexpr std::uint32_t kLeast = 5;
  return std::max(kLeast, rate / 10);
}

RegisterPace::RegisterPace(std::uint32_t rate, std::function<bool(AccountId)> has_calls)
    : rate_(rate), has_calls_(std::move(has_calls)) {
  if (rate_ == 0) return;
  gap_ = std::chrono::duration_cast<Duration>(std::chrono::seconds{1}) / rate_;
  advance_ = gap_ * (burst(rate_) - 1);
}

bool RegisterPace::admit(const Turn& turn, TimePoint now) {
  const Who who{turn.account, turn.flow};
  if (named_ == who) named_.reset();  // its place is a matter of this answer
  const bool hurried = hurried_.erase(turn.account) != 0;
  const LineName name{turn.server, turn.step};
  const auto known = places_.find(who);
  const bool elsewhere = known != places_.end() && known->second.first != name;
  const auto arrival =
      known == places_.end() || elsewhere ? ++arrivals_ : std::get<1>(known->second.second);
  leave(who);
  auto& line = lines_[name];
  const Place place{rank_of(turn), arrival, who};
  const bool first = line.waiting.empty() || place < *line.waiting.begin();
  line.window.on_timeout(now);
  if (hurried || (first && is_free(line, now))) {
    line.paid_until = std::max(line.paid_until, now) + gap_;
    if (rate_ == 0) ask(name, line, who, now);
    forget_quiet_servers(now);
    return true;
  }
  line.waiting.insert(place);
  waited_for_.insert(name);
  places_.emplace(who, std::pair{name, place});
  return false;
}

void RegisterPace::ask(const LineName& name, Line& line, const Who& who, TimePoint now) {
  on_answered(who.first, who.second);  // its connection stands, where that was the question before
  line.window.on_asked(who, now);
  asking_[who] = name;
}

void RegisterPace::on_answered(AccountId account, std::uint32_t flow) {
  const auto asked = asking_.extract(Who{account, flow});
  if (!asked) return;
  const auto line = lines_.find(asked.mapped());
  if (line != lines_.end()) line->second.window.on_answered(asked.key());
}

std::optional<AccountId> RegisterPace::next(TimePoint now) {
  if (named_) leave(*named_);
  named_.reset();
  for (const auto& name : waited_for_) {
    auto& line = lines_.at(name);
    line.window.on_timeout(now);
    if (!is_free(line, now)) continue;
    named_ = std::get<2>(*line.waiting.begin());
    return named_->first;
  }
  return std::nullopt;
}

std::optional<TimePoint> RegisterPace::next_deadline() const {
  std::optional<TimePoint> first;
  for (const auto& name : waited_for_) {
    first = earlier_of(first, free_at(lines_.at(name)));
  }
  return first;
}

void RegisterPace::finish_within(Duration limit, TimePoint now) {
  all_at_once_ = now + limit / 2;
  if (!places_.empty()) gap_ = std::min(gap_, limit / static_cast<std::int64_t>(places_.size()));
}

bool RegisterPace::waits(AccountId account) const {
  const auto first = places_.lower_bound(Who{account, 0});
  return first != places_.end() && first->first.first == account;
}

void RegisterPace::forget(AccountId account) {
  hurried_.erase(account);
  while (waits(account)) leave(Who{places_.lower_bound(Who{account, 0})->first});
  for (auto asked = asking_.lower_bound(Who{account, 0});
       asked != asking_.end() && asked->first.first == account;
       asked = asking_.lower_bound(Who{account, 0})) {
    on_answered(account, asked->first.second);
  }
}

void RegisterPace::leave(const Who& who) {
  const auto known = places_.find(who);
  if (known == places_.end()) return;
  const auto& [name, place] = known->second;
  auto& line = lines_.at(name);
  line.waiting.erase(place);
  if (line.waiting.empty()) waited_for_.erase(name);
  places_.erase(known);
}

bool RegisterPace::is_free(const Line& line, TimePoint now) const {
  const auto at = free_at(line);
  return at && now >= *at;
}

// Without a rate an answer may free it before.
std::optional<TimePoint> RegisterPace::free_at(const Line& line) const {
  if (rate_ != 0) return line.paid_until - advance_;
  if (line.window.has_room()) return TimePoint{};
  return earlier_of(line.window.next_deadline(), all_at_once_);
}

int RegisterPace::rank_of(const Turn& turn) const {
  if (has_calls_(turn.account)) return 0;
  return turn.need == Need::unreachable ? 1 : 2;
}

// A line in which nobody stands and that owes nothing says no more than none.
void RegisterPace::forget_quiet_servers(TimePoint now) {
  if (lines_.size() < look_again_at_) return;
  std::erase_if(lines_, [&](const auto& entry) {
    return entry.second.waiting.empty() && entry.second.window.idle() &&
           entry.second.paid_until <= now;
  });
  look_again_at_ = std::max<std::size_t>(64, 2 * lines_.size());
}

}  // namespace godwit::ua
