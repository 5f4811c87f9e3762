// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/earlier_of.h"
#include "base/limits.h"
#include "godwit/event.h"
#include "sip/auth/credential_store.h"
#include "ua/binding_list.h"
#include "ua/context.h"
#include "ua/flow_selector.h"
#include "ua/identity.h"
#include "ua/redirection.h"
#include "ua/register_pace.h"
#include "ua/registrar_choice.h"
#include "ua/registrar_view.h"

namespace godwit::ua {

/// Keeps one binding alive: registers, refreshes, retries, moves with the network, removes it at the
/// end (RFC 3261 §10). What it wants is a state; `pump` does what the flows allow towards it.
class Registration {
 public:
  /// Keeps `identity.service_route` what the registrar says. `reg_id`: which of the account's flows this
  /// one is, from 1 on (RFC 5626 §4.2).
  Registration(Identity& identity, sip::CredentialStore& credentials, Context& context,
               std::uint32_t reg_id = 1);

  /// Of several registrars. It is told what becomes of the present one; where it chooses another, `turns`.
  void choose_by(RegistrarChoice* choice) { choice_ = choice; }
  /// The choice is another registrar than the one that this is about: `turn_to` is to follow.
  [[nodiscard]] bool turns() const { return turns_; }
  void stay() { turns_ = false; }
  /// `identity` names another registrar from now on. What is known of the one before is kept in `other`, and what
  /// that kept of the new one is taken on: a Call-ID, a binding that may be left (RFC 3261 §10.2.4).
  void turn_to(Registration& other, TimePoint now);
  /// The same, to see whether a better registrar takes us: if not, it goes back as if nothing had been.
  void try_better(Registration& other, TimePoint now);

  void start(std::chrono::seconds expires, TimePoint now);
  void stop(TimePoint now);
  /// The flow is another one: register over it at once, removing the old binding.
  void move(TimePoint now);

  /// Beside the flow that carries, over this uplink alone, from the next REGISTER on (RFC 5626 §4.2.1). What becomes
  /// of it is told as `StandbyChanged`.
  void keep_to(net::Uplink uplink);
  /// Its uplink is no more: what is left of it is removed by the flow that carries.
  void leave_uplink() { left_uplink_ = true; }
  /// What had to be left bound, for want of a flow, is removed.
  void clean_up(TimePoint now);
  /// This one's flow, binding and reg-id are the other's from now on, and the other way round. Both go on as they
  /// were wanted.
  void exchange_bindings(Registration& other);
  /// Another flow, over which the account was registered before, has been given to it: that is its move.
  void carry_on(TimePoint now);

  /// The flow that carried the binding is gone: it is renewed over another one, at once unless that
  /// was done a moment ago already.
  void on_flow_lost(net::FlowId flow, TimePoint now);

  /// A hint that something may work again: what waits for its next try tries now.
  void retry_now(TimePoint now);
  /// All bindings were removed, or what is registered is to be another thing: one REGISTER leaves, also
  /// after a failure for good.
  void renew(TimePoint now);
  /// Whose binding this was is somebody else now: what may be left of it is no longer known here.
  /// `lifetime`: for how long they may stand.
  struct Left {
    bool outbound = false;              ///< they are removed as it makes them
    std::vector<std::string> contacts;  ///< values of Contact, without `expires`
    std::string call_id;     ///< under which they were made
    std::uint32_t cseq = 0;  ///< used last
    std::chrono::seconds lifetime{};
  };
  [[nodiscard]] Left leave(TimePoint now);
  /// The clock stood still for so long: the binding and its next refresh have aged all the same.
  void on_woken(Duration slept, TimePoint now);

  /// The registrar has told of the user's bindings without having been asked to register (RFC 3680): of ours it
  /// may say that it is gone, or ends earlier.
  void on_notice(const RegistrarView& view, TimePoint now);

  void pump(TimePoint now);
  void on_response(sip::ClientId id, const sip::Message& response, TimePoint now);
  void on_failure(sip::ClientId id, const Error& error, TimePoint now);
  void on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const {
    return earlier_of(due_, bound_until_);
  }

  /// Where its requests go.
  [[nodiscard]] NextHop hop() const;
  /// The newest REGISTER is this transaction, and is not answered yet.
  [[nodiscard]] bool waits_for(sip::ClientId id) const { return transaction_ == id; }
  /// The lifetime that is asked for.
  [[nodiscard]] std::chrono::seconds expires() const { return expires_; }

  /// A binding is wanted, or one may still be left to remove.
  [[nodiscard]] bool wanted() const { return goal_ == Goal::registered; }
  [[nodiscard]] bool busy() const { return transaction_.has_value() || due_now_; }
  /// A REGISTER is to leave as soon as there is a flow, and does not stand in line for its turn.
  [[nodiscard]] bool waits_for_flow() const;
  /// The wait for the next try is what the server has asked for (Retry-After).
  [[nodiscard]] bool rests() const { return due_ && rests_; }
  [[nodiscard]] bool registered() const { return registered_; }
  /// Server and registrar use outbound for us (RFC 5626 §4.2.1), as the last 200 said.
  [[nodiscard]] bool outbound() const { return outbound_; }
  /// Flow-Timer of the last 200: keep-alives are due within it (RFC 5626 §4.4). Empty: none was told.
  [[nodiscard]] std::optional<std::chrono::seconds> flow_timer() const { return flow_timer_; }
  /// Others may be asked from now on, who may be able to do what those of before were not.
  void forget_what_servers_lack() { lacks_outbound_ = outbound_ = false; }
  /// An answer that is not its own, by its status of SIP or to STUN (200), tells as whom the flow's far end sees us.
  /// Where a NAT has given the flow of the binding another address or port, one REGISTER leaves, for nobody reaches
  /// us by the old one. At most one a minute. @return whether it does
  bool on_seen(const net::Flow& flow, const net::SocketAddress& seen, int status, TimePoint now);
  /// Of the newest REGISTER.
  [[nodiscard]] const net::Flow& flow() const { return flow_; }
  /// What was told last.
  [[nodiscard]] const RegistrationChanged& told() const { return told_; }
  /// How the move in progress ended, told once.
  struct Outcome {
    StepStatus status = StepStatus::done;
    std::string detail;
  };
  [[nodiscard]] std::optional<Outcome> take_outcome();
  /// Whether another connection has taken the place of one that was lost, told once.
  [[nodiscard]] bool take_reconnected() { return std::exchange(reconnected_, false); }

 private:
  enum class Goal { none, registered, unregistered };
  /// Why there is no binding.
  struct Failure {
    int status = 0;
    std::string reason;
    Who who = Who::server;
    std::optional<Duration> rest = {};  // that the server asked for
    bool own = false;                   // no server's: the network was not there
  };
  [[nodiscard]] RegisterPace::Turn turn(RegisterPace::Step step) const;
  /// Where a 3xx has sent us, and from where (RFC 3261 §8.1.3.4).
  struct Redirected {
    Redirection way{static_cast<int>(limits::kRegisterRedirects)};
    std::optional<sip::Uri> home;  // empty: we are there
    std::optional<TimePoint> until;
  };
  // registration_registrars.cc
  [[nodiscard]] bool asks_elsewhere(const Failure& failure) const;
  [[nodiscard]] bool turn_away(const Failure& failure, TimePoint now);
  void take_on(Registration& other);
  // registration_redirect.cc
  [[nodiscard]] bool follow_redirect(const sip::Message& response, TimePoint now);
  [[nodiscard]] bool may_be_sent_to(const sip::Uri& target) const;
  [[nodiscard]] bool go_home(const Failure& failure, TimePoint now);
  void leave_outdated_redirect(TimePoint now);
  void ask_again(Failure why, TimePoint now);
  [[nodiscard]] bool may_answer(const sip::Message& challenge);
  void send(const net::Flow& flow, TimePoint now);
  sip::Message compose(const net::Flow& flow);
  // registration_outbound.cc
  void ask_for_outbound(const net::Flow& flow);
  [[nodiscard]] std::string_view supported() const;
  void put_instance(sip::NameAddr& contact) const;
  [[nodiscard]] std::vector<std::string> take_left();
  void leave_behind(const std::string& contact);
  void add_contacts(sip::Message& request, sip::NameAddr contact);
  void note_outbound(const sip::Message& response);
  void note_gruus(const Granted& granted);
  void note_temporary(sip::Uri newest, std::uint32_t cseq);
  // registration_notices.cc
  using Noticed = sip::RegInfo::Contact;
  [[nodiscard]] bool is_ours(const Noticed& contact) const;
  [[nodiscard]] const Noticed* find_ours(const std::vector<Noticed>& contacts) const;
  void on_ended(const Noticed& ours, TimePoint now);
  void mend(const std::string& why, TimePoint now);
  bool note_shortened(const Noticed& ours, TimePoint now);
  bool note_noticed_gruus(const Noticed& ours);
  bool note_others(const RegistrarView& view);
  [[nodiscard]] Asked asked() const;
  void on_success(const sip::Message& response, TimePoint now);
  void on_refusal(const sip::Message& response, TimePoint now);
  bool try_next_server(const Error& error, const std::optional<std::chrono::seconds>& retry_after,
                       TimePoint now);
  std::uint32_t next_cseq();
  void answer_challenge(const sip::Message& response, TimePoint now);
  bool ask_otherwise(const sip::Message& response, TimePoint now);
  [[nodiscard]] bool may_ask_again() { return ++rounds_ <= kMostRounds; }
  [[nodiscard]] bool may_mend_at_once(TimePoint now);
  void settle_failures(TimePoint now);
  void retry_later(Failure failure, TimePoint now);
  void give_up(Failure failure, TimePoint now);
  void run_out(TimePoint now);
  void unbind();
  void tell(RegistrationChanged told, TimePoint now);
  void tell(RegistrationState state, TimePoint now);
  void tell(Failure failure, TimePoint now);
  void end_unregistration(TimePoint now);
  void leave_bound(TimePoint now);
  void drop_transaction();
  [[nodiscard]] std::optional<net::SocketAddress> seen_in(const sip::Message& response) const;
  [[nodiscard]] bool may_tell_address(int status) const;
  void note_seen(const sip::Message& response);
  void follow_rewriting(TimePoint now);
  void on_cleared(TimePoint now);

  /// How often one attempt may be worded anew because the server wants it so: a challenge of a proxy,
  /// one of the registrar, each with two stale nonces, an interval too brief, removals refused.
  static constexpr int kMostRounds = 8;

  Identity& identity_;
  sip::CredentialStore& credentials_;
  Context& context_;
  std::uint32_t reg_id_;

  RegistrarChoice* choice_ = nullptr;  // null: there is one registrar
  bool turns_ = false;
  bool trying_ = false;  // a better registrar, while another still has us
  std::optional<Failure> turned_by_;
  std::unique_ptr<Redirected> redirected_;  // null: nobody ever did
  std::vector<std::string> realms_;  // that our own registrars have asked for credentials of

  Goal goal_ = Goal::none;
  std::chrono::seconds expires_{};
  std::optional<net::Uplink> uplink_;  // that it is held to; empty: it is the one that carries
  bool left_uplink_ = false;
  std::vector<sip::NameAddr> service_route_;  // of this flow
  bool registered_ = false;
  bool may_be_bound_ = false;        // `contact_`, as far as is known
  bool due_now_ = false;             // a REGISTER is to leave as soon as there is a flow
  std::optional<TimePoint> due_;     // refresh or retry
  std::optional<TimePoint> bound_until_;  // as granted, while registered
  std::optional<TimePoint> bound_since_;  // without a break
  std::optional<sip::ClientId> transaction_;
  std::optional<sip::Message> sent_;  // the newest REGISTER, with the credentials it carried
  TimePoint sent_at_{};
  net::Flow flow_;                   // of the transaction
  std::optional<net::SocketAddress> outside_;  // what it was for the registrar, as the newest answer says
  std::optional<TimePoint> followed_at_;       // since when that is another one
  std::string call_id_, from_tag_;
  std::uint32_t cseq_ = 0;
  bool rests_ = false;                   // until `due_`, as the server has asked
  std::optional<TimePoint> rest_until_;  // what a 503 asked for, while another server is looked for
  bool same_request_ = false;        // the next one goes to another server, otherwise unchanged
  std::string contact_;              // our present binding, URI text
  std::vector<std::string> replaced_;  // former ones that the flow's reg-id takes the place of
  std::vector<std::string> stale_;   // bindings of ours that may be left, as the registrar spelt them
  bool tells_instance_ = false;      // the newest REGISTER does
  bool asks_outbound_ = false;       // likewise, and names its flow
  bool outbound_ = false;            // the registrar does it
  bool lacks_outbound_ = false;      // the first hop does not (439)
  std::optional<std::chrono::seconds> flow_timer_;
  bool only_new_ = false;            // removing in the same request was refused
  bool rewritten_ = false;           // the newest REGISTER left because an answer named another address
  bool clearing_ = false;            // it removes the old binding before the new one is asked for
  int failures_ = 0;  // in a row; holding a binding for a while ends it
  int losses_ = 0;    // of flows, likewise
  int rounds_ = 0;    // of this attempt
  std::string noticed_;         // the Contact that notices have shown to be bound
  bool gruus_noticed_ = false;  // the GRUUs come from them, and not from answers
  bool moving_ = false;
  bool flow_lost_ = false;    // without a change of networks
  bool reconnected_ = false;  // since then
  std::optional<Outcome> outcome_;
  RegistrationChanged told_;
};

}  // namespace godwit::ua
