// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "sip/transport/stream_table.h"
#include "sip/verdict/abilities.h"
#include "sip/verdict/answer.h"
#include "ua/account_table.h"
#include "ua/call_table.h"
#include "ua/context.h"
#include "ua/engine.h"
#include "ua/errands.h"
#include "ua/flow_selector.h"
#include "ua/flow_watch.h"
#include "ua/register_pace.h"
#include "ua/registrar_view.h"
#include "roam/uplinks.h"
#include "ua/roaming.h"
#include "ua/sound_terms.h"
#include "ua/subscriptions.h"
#include "ua/watchers.h"

namespace godwit::ua {

/// A response whose connection is gone, and where it may still be brought to, in this order.
struct HomelessResponse {
  sip::ServerId transaction;
  std::vector<NextHop> hops;
};

/// What a command is answered that names somebody who is not there.
[[nodiscard]] inline tl::unexpected<Error> no_such_account(AccountId id) {
  return fail(Errc::no_such_account, "account " + std::to_string(id.value));
}
[[nodiscard]] inline tl::unexpected<Error> no_such_call(CallId id) {
  return fail(Errc::no_such_call, "call " + std::to_string(id.value));
}

/// An INVITE that was cancelled before any answer, and whose network went then.
struct LateCancel {
  AccountId account;
  sip::ClientId invite;
  TimePoint give_up{};
};

/// What the engine is made of. Its functions stand in engine.cc (commands, time), engine_input.cc
/// (what comes from the wire and the shell), engine_accounts.cc (accounts that change),
/// engine_bindings.cc (what is asked of registrars beside the upkeep of ours, waits that end),
/// engine_streams.cc (streams, probes, keep-alives), engine_roaming.cc (the network changes),
/// engine_registrars.cc (several registrars), engine_standby.cc (flows that are kept ready),
/// engine_progress.cc (before the answer), engine_hold.cc, engine_sound.cc (play, mute, record,
/// conferences), engine_messaging.cc (messages),
/// engine_subscriptions.cc (SUBSCRIBE and NOTIFY), engine_transfer.cc (REFER and Replaces),
/// engine_joining.cc (Join), engine_partings.cc (BYE and CANCEL of calls that are over) and
/// engine_options.cc (what we say of ourselves).
struct Engine::State {
  State(UserAgentOptions user_agent_options, Random& random);

  // engine.cc
  /// What was left out or guessed of an address that a person wrote; not the address, in which a
  /// password may stand.
  void log_warnings(const std::vector<std::string>& warnings, const std::string& subject);
  /// Does it with the call that is meant.
  template <class Command>
  Result<void> with_call(CallId id, TimePoint now, Command command) {
    Call* const call = find_call(id);
    if (call == nullptr) return no_such_call(id);
    auto result = command(*call);
    settle(now);
    return result;
  }
  Call* find_call(CallId id);
  Call* find_call(MediaId media);
  Call* find_call(const Account& account, const sip::DialogName& name);
  Account* find_account(AccountId id);
  void pump_all(TimePoint now);
  void settle(TimePoint now);
  void forget_ended(TimePoint now);
  void forget_owners();
  void retire_flows(TimePoint now);
  void forget_hops();

  // engine_accounts.cc
  /// The old identity's bindings, if any may be left, are to be removed by what was known until now.
  void leave_registrar(Account& account, TimePoint now);
  void change(Account& account, AccountOptions wanted, Identity read, TimePoint now);
  // engine_registrars.cc
  /// Accounts that were touched go on to another of their registrars where the present one has failed, or to a
  /// better one that works again. @return whether any did.
  bool turn_to_registrars(TimePoint now);
  void turn(Account& account, bool tries_better, TimePoint now);
  /// It is time to see whether a better registrar works.
  void look_for_better(Account& account, TimePoint now);
  /// Where the account is registered no more, nothing of it is left, as far as those registrars answer.
  void leave_other_registrars(Account& account, TimePoint now);
  /// By which an account goes back to where it was, should the better one that it tries not take it.
  void add_kept_hops(std::set<NextHop>& wanted) const;
  void remove_left(const Account& account, std::size_t registrar, Registration::Left left,
                   TimePoint now);
  /// Peers of calls are told of an address that has become known.
  void tell_renamed(TimePoint now);

  // engine_hold.cc
  /// Where only one call is to be active, all others are put on hold.
  void hold_others(CallId active, TimePoint now);

  // engine_partings.cc
  void on_farewell_answered(const FarewellOwner& farewell, const sip::ResponseReceived& received,
                            TimePoint now);
  void on_farewell_failed(sip::ClientId request, const FarewellOwner& farewell, const Error& error,
                          TimePoint now);
  void say_again(const FarewellOwner& farewell, TimePoint now);
  void pump_late_cancels(TimePoint now);
  void send_bye(sip::Message bye, FarewellOwner farewell, const net::Flow& flow, TimePoint now);
  void pump_partings(TimePoint now);
  void look_again_for_partings();
  void hurry_partings(TimePoint now);
  void note_unsaid(const Parting& parting);
  [[nodiscard]] std::optional<TimePoint> partings_deadline() const;

  // engine_input.cc
  void on_io(const sip::IoInput& input, TimePoint now);
  void on_flow_opened(const sip::FlowOpened& opened, TimePoint now);
  void on_flow_failed(const sip::FlowFailed& failed, TimePoint now);
  void drain_transactions(TimePoint now);
  void on_stray_response(const sip::StrayResponse& stray, TimePoint now);
  void on_malformed(const sip::MalformedReceived& malformed, TimePoint now);
  void on_request(const sip::RequestReceived& received, TimePoint now);
  void on_new_invite(const sip::RequestReceived& received, TimePoint now);
  void on_response(const sip::ResponseReceived& received, TimePoint now);
  void on_client_failed(const sip::ClientFailed& failed, TimePoint now);
  void note_seen(const sip::ResponseReceived& received, TimePoint now);
  void on_seen(const net::Flow& flow, const net::SocketAddress& seen, int status, TimePoint now);
  void answer_outside_dialogs(const sip::RequestReceived& received, const sip::Answer& answer,
                              TimePoint now);
  Account* account_for(const sip::Message& request);

  // engine_messaging.cc
  Result<MessageId> send_in_call(CallId id, sip::Method method, const MessageBody& body,
                                 TimePoint now);
  /// A MESSAGE outside calls.
  void on_message(const sip::RequestReceived& received, TimePoint now);

  // engine_subscriptions.cc
  /// A NOTIFY of a subscription of ours; false: it is of none.
  bool take_notification(const sip::RequestReceived& received, TimePoint now);
  /// What registrars have told of registrations is taken to heart.
  void take_notices(TimePoint now);
  void unwatch(AccountId account, Subscriptions::Told told, TimePoint now);
  /// A SUBSCRIBE inside a dialog of somebody who watches our calls; false: of nobody.
  bool take_subscription(const sip::RequestReceived& received, TimePoint now);
  /// What an account's watchers may ask for is known to them alone.
  [[nodiscard]] const sip::Abilities& abilities_for(const sip::Message& request);
  void on_watch_request(const sip::RequestReceived& received, Account& account, TimePoint now);
  [[nodiscard]] bool may_watch(const sip::RequestReceived& received, const Account& account) const;
  [[nodiscard]] bool is_from_own_server(const sip::RequestReceived& received,
                                        const Account& account) const;
  /// What has become of calls is told to those who watch them.
  void settle_watchers(TimePoint now);
  /// A REFER, SUBSCRIBE or NOTIFY outside dialogs.
  void on_event_request(const sip::RequestReceived& received, TimePoint now);
  [[nodiscard]] bool take_summary(const sip::RequestReceived& received, TimePoint now);
  /// A REGISTER was answered.
  void subscribe_registered(Account& account, TimePoint now);

  // engine_transfer.cc
  void settle_transfers(TimePoint now);
  void dial_referred(const ReferredCall& wanted, TimePoint now);
  void on_referred_call(CallId call, const Event& event, TimePoint now);
  void on_replacing_call(CallId call, const Event& event, TimePoint now);
  void on_replacing_invite(const sip::RequestReceived& received, Account& account, TimePoint now);
  /// One that we dial.
  Call& add_call(Account& account, const CallOptions& call_options);
  /// One that comes: any sound will do until somebody answers it.
  Call& add_incoming(Account& account, const CallOptions& call_options);
  Call& add_call(Account& account, const CallOptions& call_options, sdp::SoundTerms terms);

  // engine_joining.cc
  void on_joining_invite(const sip::RequestReceived& received, Account& account, TimePoint now);
  /// Calls that came to join another one and are up now are mixed with it.
  void settle_joining();
  [[nodiscard]] bool mix(Call& call, Call& with);
  /// A conference that was opened for a caller ends with the last call in it.
  void forget_guests();
  /// Both take part in one conference, or will once one of them is answered.
  [[nodiscard]] bool are_together(CallId one, CallId other);

  // engine_options.cc
  [[nodiscard]] sip::Answer answer_to_options(const sip::Message& request);

  // engine_streams.cc
  void on_stream_accepted(const sip::StreamAccepted& accepted);
  void on_stream_received(const sip::StreamReceived& received, TimePoint now);
  void on_stream_output(sip::StreamTable::Output& output, TimePoint now);
  void on_broken_stream(const sip::StreamTable::Broken& broken, TimePoint now);
  /// What is no SIP message: line ends, STUN.
  void send_bare(const net::Flow& flow, std::string_view bytes, TimePoint now);
  void ping(const net::Flow& flow, TimePoint now);
  void on_stun(const sip::DatagramReceived& datagram, TimePoint now);
  /// The way of an account that is registered by a flow.
  [[nodiscard]] std::optional<NextHop> registered_by(net::FlowId flow);
  void on_response_needs_route(const sip::ResponseNeedsRoute& wanted, TimePoint now);
  void pump_homeless(TimePoint now);
  void send_probes(TimePoint now);
  void ask_whether_alive(const net::Flow& flow, Owner owner, const std::string& host,
                         TimePoint now);
  void on_candidate_probed(ProbeId probe, const std::optional<Error>& error, TimePoint now);
  void watch_registered(const Registration& registration, TimePoint now);
  // Bindings: engine_bindings.cc.
  Result<QueryId> ask_registrar(AccountId id, BindingsWish wish, TimePoint now);
  void renew_emptied(TimePoint now);
  void register_next(TimePoint now);
  /// What servers have asked for by Retry-After. A server that has too much to do is no better off when
  /// some interface of ours comes or goes.
  enum class Rests { kept, ended };
  void retry_waiting(Rests rests, TimePoint now);
  void on_woken(Duration slept, TimePoint now);
  void keep_alive(TimePoint now);
  void on_dead_flow(const NextHop& hop, const net::Flow& flow, TimePoint now);
  void lose_flow(net::FlowId flow, const Error& error, TimePoint now);

  // engine_roaming.cc
  void on_network(const NetworkObserved& observed, TimePoint now);
  [[nodiscard]] std::set<net::IpAddress> nat64_forms_in_use() const;
  void look_through_nat64();
  void on_nat64_route(const sip::RouteFound& found, TimePoint now);
  void perform(const roam::RoamRunner::Actions& actions, TimePoint now);
  void perform(const roam::Step& step, const Call::Change& change, TimePoint now);
  void choose_server(const Account& account, const roam::Judgement& way);
  void register_anew(Account& account, std::uint64_t generation, TimePoint now);
  [[nodiscard]] bool has_lost_its_stream(const Registration& registration) const;
  void probe(AccountId id, TimePoint now);
  void on_probed(AccountId id, bool answered, TimePoint now);
  void register_lost_accounts(TimePoint now);
  void lead_parked_calls(AccountId account, TimePoint now);
  void collect_outcomes(TimePoint now);
  void tell(const roam::RoamRunner::Actions& actions, TimePoint now);

  // engine_standby.cc
  /// What is to be kept ready of accounts that were touched, or of all: the network has changed.
  void tend_touched_standbys(TimePoint now);
  void tend_all_standbys(TimePoint now);
  void tend_standbys(Account& account, TimePoint now);
  /// The account goes on by a flow that stood ready. What it had is the standby of its uplink from now on.
  void carry_on(Account& account, StandbyFlows::Standby& ready, TimePoint now);
  /// The plan wants an account to register from an address. @return whether a flow from there stood ready.
  bool carry_on_from(Account& account, const roam::Judgement& to, std::uint64_t generation,
                     TimePoint now);
  void on_flow_lost(Account& account, net::FlowId flow, TimePoint now);
  /// Nothing came back on a flow of these accounts, and another one may have taken its place: what they have left is
  /// suspected, and the new one asked.
  void suspect(const std::vector<std::pair<AccountId, net::Uplink>>& carried, TimePoint now);
  /// The uplink that carries has proven itself, the one that is suspected has not: everything leaves that.
  void leave_suspected(AccountId id, TimePoint now);
  /// A flow has been registered over an uplink that was silent. @return whether there is one
  [[nodiscard]] bool hear_again();
  void forget_silent_that_changed(const net::NetworkSnapshot& network);
  [[nodiscard]] roam::InUse in_use() const;

  UserAgentOptions options;
  Outbox out;
  sip::TransactionTable transactions;
  FlowSelector flows;
  sip::StreamTable streams;
  FlowWatch watch;
  std::map<sip::ClientId, Owner> owners;
  std::uint64_t last_path = 0;
  std::vector<Parting> partings;
  std::vector<LateCancel> late_cancels;
  std::vector<ReferredCall> referred_calls;
  SoundMeans sound;
  RegisterPace pace;
  Context context;
  Roaming roaming;
  net::NetworkSnapshot seen;    ///< as the system told
  TimePoint seen_since{};       ///< when it told that there was something to see
  std::set<net::IpAddress> nat64_asked;  ///< forms whose routes are being asked for since that look
  roam::SilentUplinks silent;

  AccountTable accounts;
  CallTable calls;
  Errands errands;
  Subscriptions subscriptions;
  std::map<AccountId, RegistrarView> views;  ///< of those who watch their registration
  Watchers watchers;
  std::map<CallId, CallId> referrers;  ///< of calls that a peer asked for: in which call it did
  std::map<CallId, CallId> replaced;   ///< by a call: the one that ends once it is up
  std::map<CallId, CallId> joining;    ///< calls not up yet: those that they are to be mixed with
  std::set<ConferenceId> opened_for_guests;  ///< those of `conferences` that the user did not open
  std::map<AccountId, std::uint64_t>
      probes;  ///< generation of the probe that is wanted or under way
  std::map<AccountId, std::uint64_t> registering;  ///< generation of the move under way
  std::map<net::FlowId, TimePoint> unused_since;
  std::vector<HomelessResponse> homeless;
  bool hops_left = false;  ///< an account has another server than before
  std::set<ConferenceId> conferences;
  std::uint64_t last_conference = 0;
  std::uint64_t last_account = 0;
  std::uint64_t last_call = 0;
  std::uint64_t last_query = 0;
  std::uint64_t last_message = 0;
};

}  // namespace godwit::ua
