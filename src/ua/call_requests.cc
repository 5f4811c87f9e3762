// SPDX-License-Identifier: Apache-2.0
#include "ua/call_requests.h"

#include <algorithm>
#include <utility>

namespace godwit::ua {

void CallRequests::pump(const NextHop& hop, const Start& start, TimePoint now) {
  if (wishes_.empty() || answered_ || (rest_until_ && now < *rest_until_)) return;
  rest_until_.reset();
  const auto& wish = wishes_.front();
  if (!request_) {
    request_.emplace(RequestOut::Wiring{context_, owner_, &credentials_,
                                        context_.options.network.gap_limit},
                     now);
  }
  // The dialog counts its requests itself.
  const auto compose = [&](const net::Flow& flow, std::uint32_t) {
    auto request = start(wish.method, flow);
    for (const auto& [field, value] : wish.fields) request.add(field, value);
    if (wish.body) request.set_body(wish.body->content_type, wish.body->text);
    return request;
  };
  const bool waited = request_->waiting();
  request_->pump(hop, compose, now);
  if (waited && !request_->waiting() && wish.rest > Duration{}) rest_until_ = now + wish.rest;
  if (auto outcome = request_->take_outcome()) {
    answered_ = Answered{wish.what, *std::move(outcome)};
    request_.reset();
    wishes_.pop_front();
  }
}

std::optional<CallRequests::Answered> CallRequests::take_answered() {
  return std::exchange(answered_, std::nullopt);
}

void CallRequests::on_response(const sip::ResponseReceived& received, TimePoint now) {
  request_->on_response(received, now);
}

void CallRequests::on_failure(const Error& error, TimePoint now) {
  request_->on_failure(error, now);
}

std::optional<TimePoint> CallRequests::next_deadline() const {
  if (wishes_.empty()) return std::nullopt;
  const auto retry = request_ ? request_->next_deadline() : std::nullopt;
  if (retry && rest_until_) return std::max(*retry, *rest_until_);
  return retry ? retry : rest_until_;
}

std::vector<CallRequests::What> CallRequests::abandon() {
  if (request_) request_->abandon();
  request_.reset();
  rest_until_.reset();
  std::vector<What> left;
  if (answered_) left.push_back(answered_->what);
  answered_.reset();
  for (const auto& wish : std::exchange(wishes_, {})) left.push_back(wish.what);
  return left;
}

}  // namespace godwit::ua
