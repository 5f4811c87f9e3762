// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "ua/registration.h"

// One registration, and several registrars that it may be with.

namespace godwit::ua {
namespace {

constexpr Duration kFirstLook = std::chrono::seconds{30};
constexpr Duration kSpread = std::chrono::seconds{10};

}  // namespace

// A refusal by who answers is meant for the user: another registrar would say the same. But not where only a
// better one was tried, or by somebody else we were sent to, and not a redirection that leads nowhere.
bool Registration::asks_elsewhere(const Failure& failure) const {
  constexpr int kNowhere = 604;  // as a 404
  const bool by_server = failure.status >= 500 && failure.status != kNowhere;
  const bool sent_on = failure.status >= 300 && failure.status < 400;
  const bool other = choice_ != nullptr && (trying_ || by_server || sent_on);
  return goal_ == Goal::registered && (other || (redirected_ && redirected_->home));
}

bool Registration::turn_away(const Failure& failure, TimePoint now) {
  if (choice_ == nullptr || goal_ != Goal::registered || failure.own) return false;
  // The many accounts of a registrar that fails do not all look after it at once.
  const auto spread = static_cast<std::int64_t>(context_.random.below(static_cast<std::uint64_t>(kSpread.count())));
  auto until = std::max(rest_until_.value_or(now), now + kFirstLook + Duration{spread});
  if (failure.rest) until = std::max(until, now + *failure.rest);
  const bool goes_on = choice_->on_failed(now, until);
  turns_ = true;  // where all have been asked in vain, to rest before the first
  if (!goes_on) return false;
  turned_by_ = failure;
  due_.reset();
  due_now_ = false;
  return true;
}

// What is the account's, whoever its registrar is, stays.
void Registration::take_on(Registration& other) {
  exchange_bindings(other);
  std::swap(told_, other.told_);
  std::swap(failures_, other.failures_);
  std::swap(losses_, other.losses_);
  redirected_.reset();
  turns_ = trying_ = gruus_noticed_ = false;
  noticed_.clear();
  same_request_ = clearing_ = lacks_outbound_ = false;
  identity_.service_route = service_route_;
  identity_.keeps_flow = outbound_;
}

void Registration::turn_to(Registration& other, TimePoint now) {
  const auto rest = std::exchange(due_, std::nullopt);
  const bool rests = rests_;
  take_on(other);
  const auto why = std::exchange(turned_by_, std::nullopt);
  if (registered_) {  // only a better one was tried, and this one has us still
    context_.out.log(LogLevel::info, "registration", call_id_, "stays where it is");
    const bool lost = flow_.transport != net::Transport::udp && !context_.flows.book().stream(flow_.id);
    due_now_ = lost || !due_;
    return pump(now);
  }
  if (why) return ask_again(*why, now);
  due_ = rest;
  rests_ = rests;
  due_now_ = false;
}

void Registration::try_better(Registration& other, TimePoint now) {
  const bool bound = registered_;
  take_on(other);
  trying_ = bound;
  due_.reset();
  if (!bound) return ask_again({0, "a better registrar works again"}, now);
  due_now_ = true;
  pump(now);
}

// Somebody else is asked, at once: until that one has answered, nothing is told to have failed.
void Registration::ask_again(Failure why, TimePoint now) {
  due_now_ = true;
  if (trying_) return pump(now);
  RegistrationChanged told;
  told.account = identity_.id;
  told.state = RegistrationState::registering;
  told.status = why.status;
  told.reason = std::move(why.reason);
  told.contact = contact_;
  told.who = why.who;
  tell(std::move(told), now);
  pump(now);
}

}  // namespace godwit::ua
