// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "godwit/event.h"
#include "sip/auth/credential_store.h"
#include "ua/context.h"
#include "ua/flow_selector.h"
#include "ua/identity.h"

namespace godwit::ua {

/// Keeps one binding alive: registers, refreshes, retries, moves with the network, removes it at the
/// end (RFC 3261 §10). What it wants is a state; `pump` does what the flows allow towards it.
class Registration {
 public:
  /// Keeps `identity.service_route` what the registrar says.
  Registration(Identity& identity, sip::CredentialStore& credentials, Context& context);

  void start(std::chrono::seconds expires, TimePoint now);
  void stop(TimePoint now);
  /// The flow is another one: register over it at once, removing the old binding.
  void move(TimePoint now);

  /// The flow that carried the binding is gone: it is renewed over another one, at once.
  void on_flow_lost(net::FlowId flow, TimePoint now);

  /// A hint that something may work again: what waits for its next try tries now.
  void retry_now(TimePoint now);

  void pump(TimePoint now);
  void on_response(sip::ClientId id, const sip::Message& response, TimePoint now);
  void on_failure(sip::ClientId id, const Error& error, TimePoint now);
  void on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const { return due_; }

  /// A binding is wanted, or one may still be left to remove.
  [[nodiscard]] bool wanted() const { return goal_ == Goal::registered; }
  [[nodiscard]] bool busy() const { return transaction_.has_value() || due_now_; }
  [[nodiscard]] bool registered() const { return registered_; }
  /// Of the newest REGISTER.
  [[nodiscard]] const net::Flow& flow() const { return flow_; }
  /// How the move in progress ended, told once.
  struct Outcome {
    StepStatus status = StepStatus::done;
    std::string detail;
  };
  [[nodiscard]] std::optional<Outcome> take_outcome();

 private:
  enum class Goal { none, registered, unregistered };
  void send(const net::Flow& flow, TimePoint now);
  sip::Message compose(const net::Flow& flow);
  void on_success(const sip::Message& response, TimePoint now);
  void on_refusal(const sip::Message& response, TimePoint now);
  bool try_next_server(const Error& error, const std::optional<std::chrono::seconds>& retry_after,
                       TimePoint now);
  std::uint32_t next_cseq();
  void retry_later(int status, std::string reason, Who who, TimePoint now);
  void give_up(int status, std::string reason, Who who, TimePoint now);
  void tell(RegistrationState state, TimePoint now, int status = 0, std::string reason = {},
            Who who = Who::server);
  void end_unregistration(TimePoint now);
  void drop_transaction();
  std::chrono::seconds granted(const sip::Message& response) const;

  Identity& identity_;
  sip::CredentialStore& credentials_;
  Context& context_;

  Goal goal_ = Goal::none;
  std::chrono::seconds expires_{};
  bool registered_ = false;
  bool due_now_ = false;             // a REGISTER is to leave as soon as there is a flow
  std::optional<TimePoint> due_;     // refresh or retry
  std::optional<sip::ClientId> transaction_;
  std::optional<sip::Message> sent_;  // the newest REGISTER, with the credentials it carried
  net::Flow flow_;                   // of the transaction
  std::string call_id_, from_tag_;
  std::uint32_t cseq_ = 0;
  std::optional<TimePoint> rest_until_;  // what a 503 asked for, while another server is looked for
  bool same_request_ = false;        // the next one goes to another server, otherwise unchanged
  std::string contact_;              // our present binding, URI text
  std::vector<std::string> stale_;   // bindings of ours that may be left, as the registrar spelt them
  bool only_new_ = false;            // removing in the same request was refused
  int failures_ = 0;
  bool moving_ = false;
  std::optional<Outcome> outcome_;
};

}  // namespace godwit::ua
