// SPDX-License-Identifier: Apache-2.0
#include "ua/answer_window.h"

#include <algorithm>

namespace godwit::ua {
namespace {

constexpr Duration kT1 =
    std::chrono::milliseconds{500};  // RFC 3261 §17.1.1.1: by then a copy leaves

}  // namespace

void AnswerWindow::on_asked(const Who& who, TimePoint now) {
  forget(who);  // asked anew: the former question is nobody's any more
  asked_.push_back({now, who, ++numbers_});
  unanswered_.emplace(who, numbers_);
}

bool AnswerWindow::forget(const Who& who) {
  const auto found = unanswered_.lower_bound({who, 0});
  if (found == unanswered_.end() || found->first != who) return false;
  unanswered_.erase(found);
  return true;
}

void AnswerWindow::on_answered(const Who& who) {
  if (!forget(who)) return;
  size_ = std::min(size_ + 1, kMost);
  while (!asked_.empty() && !unanswered_.contains({asked_.front().who, asked_.front().number}))
    asked_.pop_front();
}

void AnswerWindow::on_timeout(TimePoint now) {
  bool lost = false;
  for (; !asked_.empty() && now >= asked_.front().at + kT1; asked_.pop_front()) {
    lost = unanswered_.erase({asked_.front().who, asked_.front().number}) != 0 || lost;
  }
  // Once for what was lost together.
  if (!lost || (halved_at_ && now < *halved_at_ + kT1)) return;
  halved_at_ = now;
  size_ = std::max(size_ / 2, kLeast);
}

std::optional<TimePoint> AnswerWindow::next_deadline() const {
  if (asked_.empty()) return std::nullopt;
  return asked_.front().at + kT1;
}

}  // namespace godwit::ua
