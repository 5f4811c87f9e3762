// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "ua/registration.h"

// A registration among others of the same account, each over a flow of its own.

namespace godwit::ua {

NextHop Registration::hop() const {
  NextHop hop = identity_.hop;
  if (!left_uplink_) hop.uplink = uplink_;
  return hop;
}

void Registration::keep_to(net::Uplink uplink) {
  uplink_ = std::move(uplink);
  left_uplink_ = false;
}

void Registration::leave_bound(TimePoint now) {
  const bool bound = may_be_bound_ && uplink_;
  auto contact = contact_;
  end_unregistration(now);
  if (!bound) return;
  may_be_bound_ = true;
  contact_ = std::move(contact);
}

void Registration::clean_up(TimePoint now) {
  if (goal_ != Goal::none || !may_be_bound_) return;
  left_uplink_ = true;
  goal_ = Goal::unregistered;
  due_now_ = true;
  pump(now);
}

void Registration::exchange_bindings(Registration& other) {
  drop_transaction();
  std::swap(registered_, other.registered_);
  std::swap(may_be_bound_, other.may_be_bound_);
  std::swap(due_now_, other.due_now_);
  std::swap(due_, other.due_);
  std::swap(bound_until_, other.bound_until_);
  std::swap(bound_since_, other.bound_since_);
  std::swap(transaction_, other.transaction_);
  std::swap(sent_, other.sent_);
  std::swap(sent_at_, other.sent_at_);
  std::swap(flow_, other.flow_);
  std::swap(call_id_, other.call_id_);
  std::swap(from_tag_, other.from_tag_);
  std::swap(cseq_, other.cseq_);
  std::swap(rests_, other.rests_);
  std::swap(rest_until_, other.rest_until_);
  std::swap(same_request_, other.same_request_);
  std::swap(contact_, other.contact_);
  std::swap(stale_, other.stale_);
  std::swap(only_new_, other.only_new_);
  std::swap(rewritten_, other.rewritten_);
  std::swap(clearing_, other.clearing_);
  std::swap(failures_, other.failures_);
  std::swap(losses_, other.losses_);
  std::swap(rounds_, other.rounds_);
  std::swap(service_route_, other.service_route_);
  std::swap(outside_, other.outside_);
  std::swap(followed_at_, other.followed_at_);
  std::swap(told_, other.told_);
  std::swap(reg_id_, other.reg_id_);
  std::swap(replaced_, other.replaced_);
  std::swap(asks_outbound_, other.asks_outbound_);
  std::swap(outbound_, other.outbound_);
  std::swap(flow_timer_, other.flow_timer_);
  if (!other.registered_) return;
  other.goal_ = Goal::registered;
  other.expires_ = expires_;
}

void Registration::carry_on(TimePoint now) {
  identity_.service_route = service_route_;
  moving_ = false;
  outcome_ = Outcome{StepStatus::done, contact_};
  auto told = told_;
  tell(std::move(told), now);
}

// Whoever is told that an account is registered means that it is reached, by whichever flow.
void Registration::tell(RegistrationChanged told, TimePoint now) {
  told_ = std::move(told);
  told_.registrar = sip::to_string(identity_.registrar);
  if (!uplink_) return context_.out.emit(told_, now);
  context_.out.emit(StandbyChanged{told_, net::to_string(*uplink_)}, now);
}

}  // namespace godwit::ua
