// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "ua/request_out.h"

namespace godwit::ua {

/// What a call says inside its dialog besides INVITE, UPDATE, PRACK and BYE: MESSAGE, INFO, REFER and
/// NOTIFY. One at a time, in the order they were asked for (RFC 3428 §8), each waiting for the flow of
/// the moment.
class CallRequests {
 public:
  struct Digit {};     // an INFO that carries one
  struct Referral {};  // a REFER of ours
  struct Notice {};    // a NOTIFY about the peer's REFER
  using What = std::variant<MessageId, Digit, Referral, Notice>;
  struct Wish {
    sip::Method method = sip::Method::info;
    What what;
    std::vector<std::pair<sip::Field, std::string>> fields;
    std::optional<MessageBody> body;
    Duration rest{};  ///< from its sending, before the next one
  };
  struct Answered {
    What what;
    RequestOut::Outcome outcome;
  };
  /// A request of the dialog on a flow, with what every one of the call has.
  using Start = std::function<sip::Message(sip::Method method, const net::Flow& flow)>;

  CallRequests(Context& context, Owner owner, sip::CredentialStore& credentials)
      : context_(context), owner_(std::move(owner)), credentials_(credentials) {}

  void add(Wish wish) { wishes_.push_back(std::move(wish)); }
  void pump(const NextHop& hop, const Start& start, TimePoint now);
  /// Told once for each request.
  [[nodiscard]] std::optional<Answered> take_answered();

  [[nodiscard]] bool sent_with(sip::ClientId id) const {
    return request_ && request_->sent_with(id);
  }
  void on_response(const sip::ResponseReceived& received, TimePoint now);
  void on_failure(const Error& error, TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  [[nodiscard]] bool empty() const { return wishes_.empty(); }
  /// The call is over: nothing is waited for any more. @return what was never answered.
  [[nodiscard]] std::vector<What> abandon();

 private:
  Context& context_;
  Owner owner_;
  sip::CredentialStore& credentials_;
  std::deque<Wish> wishes_;  // the first one is under way once there is a request
  std::optional<RequestOut> request_;
  std::optional<Answered> answered_;
  std::optional<TimePoint> rest_until_;
};

}  // namespace godwit::ua
