// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "godwit/call.h"
#include "godwit/event.h"
#include "roam/roam_plan.h"
#include "sip/auth/credential_store.h"
#include "sip/dialog/dialog.h"
#include "sip/dialog/session_timer.h"
#include "sip/header/dialog_reference.h"
#include "sip/header/reason.h"
#include "ua/call_media.h"
#include "ua/call_requests.h"
#include "ua/context.h"
#include "ua/dialog_info.h"
#include "ua/early_dialogs.h"
#include "ua/flow_selector.h"
#include "ua/handover.h"
#include "ua/identity.h"
#include "ua/negotiation.h"
#include "ua/provisional_responses.h"
#include "ua/redirection.h"
#include "ua/sip_fragment.h"
#include "ua/transfer.h"

namespace godwit::ua {

/// Who sent the REFER, as Referred-By names them; empty if it does not read.
[[nodiscard]] std::string shown(const std::string& referred_by);

/// One call, from the first INVITE to its one last event: glues dialog, offer/answer and media, and
/// moves with the network. What it wants is a state; `pump` does what flows and sockets allow
/// towards it, so that an answer which is still pending is simply waited for.
///
/// Its parts stand in thirteen files: call.cc (life-cycle), call_dialing.cc (we call),
/// call_progress.cc (they call, before the answer), call_answering.cc (they call or offer),
/// call_negotiating.cc (we offer inside the call), call_session.cc (its timer), call_moving.cc (the
/// network changes), call_replacing.cc (another dialog for the same call), call_rescue.cc
/// (it rings at the far end while the network changes), call_sound.cc (play, mute, record), call_messages.cc (MESSAGE, INFO, OPTIONS),
/// call_transfer.cc (REFER, Replaces, Join), call_dialog_info.cc (what others are told of it).
class Call {
 public:
  struct Parties {
    const Identity& identity;
    sip::CredentialStore& credentials;
    Context& context;
  };
  /// @param sound  what is offered and taken: that of `options`, or all we have until somebody answers
  Call(CallId id, MediaId media, const CallOptions& options, sdp::SoundTerms sound,
       Parties parties);

  // Commands.
  void dial(const sip::Uri& target, TimePoint now);
  [[nodiscard]] Result<void> answer(const CallOptions& options, TimePoint now);
  [[nodiscard]] Result<void> decline(int status, TimePoint now);
  [[nodiscard]] Result<void> send_progress(int status, const CallOptions& options, TimePoint now);
  [[nodiscard]] Result<void> redirect(const std::vector<sip::NameAddr>& targets, TimePoint now);
  void hang_up(TimePoint now);
  enum class Hold { on, off };
  /// Asks the peer for it as soon as that can be done; the newest wish counts.
  [[nodiscard]] Result<void> set_hold(Hold wish, TimePoint now);
  /// The same before the answer, too: it is held as soon as it is up.
  void put_aside(Hold wish, TimePoint now);
  [[nodiscard]] CallInfo info() const;

  // MESSAGE and INFO.
  [[nodiscard]] Result<void> send_text(MessageId id, sip::Method method, const MessageBody& body,
                                       TimePoint now);
  [[nodiscard]] Result<void> send_digits_by_info(std::string_view digits, Duration each,
                                                 TimePoint now);

  // Transfer.
  [[nodiscard]] Result<void> transfer(sip::Uri target, TimePoint now);
  [[nodiscard]] Result<void> transfer_to(const Call& other, TimePoint now);
  /// How the call goes that the peer asked for.
  void notify_referrer(int status, const std::string& reason, TimePoint now);
  /// What a call is made for, besides talking: said before `dial` or `on_invite`.
  struct Origin {
    std::string referred_by;  ///< Referred-By of the INVITE, as it came (RFC 3892)
    std::string replaces;     ///< Replaces of the INVITE, as it came (RFC 3891)
    std::string joins;        ///< Join of the INVITE, as it came (RFC 3911)
    CallId takes_place_of;    ///< incoming: the call of ours that ends once this one is up
    CallId comes_to;          ///< incoming: the call of ours that it is mixed with once it is up
  };
  void set_origin(Origin origin) { origin_ = std::move(origin); }
  /// One of its dialogs, early ones of our own INVITE included.
  [[nodiscard]] bool has_dialog(const sip::DialogName& name) const;
  /// Why it is not to be replaced (RFC 3891 §3).
  [[nodiscard]] std::optional<int> refusal_to_be_replaced(const sip::Replaces& replaces) const;
  /// Why nobody is to be mixed with it (RFC 3911 §4).
  [[nodiscard]] std::optional<int> refusal_to_be_joined() const;
  /// Another call has taken its place: it ends.
  void give_way(TimePoint now);
  /// What others may be told of it (RFC 4235); empty before its first INVITE.
  [[nodiscard]] std::optional<DialogInfo> dialog_info() const;
  [[nodiscard]] const CallOptions& options() const { return options_; }

  // Commands about its sound (call_sound.cc).
  [[nodiscard]] Result<void> send_dtmf(std::string_view digits, Duration each, DtmfMethod method);
  [[nodiscard]] Result<void> play(const PlaySource& source);
  enum class Mute { on, off };
  [[nodiscard]] Result<void> set_mute(Mute wish);
  [[nodiscard]] Result<void> start_recording(const RecordOptions& options);
  [[nodiscard]] Result<void> stop_recording();
  /// 0: none.
  [[nodiscard]] Result<void> join(ConferenceId conference);
  [[nodiscard]] ConferenceId conference() const { return media_.sound().conference; }

  // From the wire.
  void on_invite(sip::ServerId id, const sip::Message& invite, const net::Flow& flow,
                 TimePoint now);
  [[nodiscard]] bool owns(const sip::Message& request) const;
  void on_request(const sip::RequestReceived& received, TimePoint now);
  void on_ack(const sip::Message& ack, TimePoint now);
  void on_cancel(const sip::Message& cancel, TimePoint now);
  void on_response(const sip::ResponseReceived& received, TimePoint now);
  void on_client_failed(sip::ClientId id, const Error& error, TimePoint now);
  /// A 2xx to our INVITE whose transaction is no more.
  [[nodiscard]] bool invited(const sip::Message& response) const;
  void on_stray_answer(const sip::Message& response, TimePoint now);

  // From the shell.
  void on_media_path(const MediaPathOpened& opened, TimePoint now);
  void on_media_path(const MediaPathFailed& failed, TimePoint now);
  void on_media_report(const MediaReport& report, TimePoint now);
  void on_media_failed(const MediaFailed& failed);
  void on_media_device(const audio::DeviceNews& news, TimePoint now);

  // The network changed.
  struct Change {
    ChangeId id;
    std::uint64_t generation = 0;
    TimePoint noticed{};
  };
  void move(const roam::RefreshTarget& step, const Change& change, TimePoint now);
  /// The far end of a flow sees us as somebody else than messages to it have said until now.
  void on_renamed(const net::Flow& flow, TimePoint now);
  /// Sound that still leaves by an address that is gone goes on by the one that the peer is being told of.
  void leave_what_is_gone(const net::NetworkSnapshot& network, TimePoint now);
  void park(const Change& change, TimePoint now);
  /// Nothing had to change after all: what was parked goes on.
  void resume(const Change& change, TimePoint now);
  void on_registration_ended(bool registered, TimePoint now);
  /// A connection came back from another port; or a NAT in between has started anew.
  void tell_other_port(TimePoint now);
  /// The INVITE wants to take the place of our dialog, and comes from the one we talk to: whom our
  /// requests, or its own, did not reach any more.
  [[nodiscard]] bool is_sought_by(const sip::Message& invite, const sip::DialogName& name) const;
  /// That INVITE begins the dialog by which the call goes on.
  void on_replacing_invite(const sip::RequestReceived& received, TimePoint now);
  /// How the move in progress ended, told once.
  struct Outcome {
    std::uint64_t generation = 0;
    StepStatus status = StepStatus::done;
    std::string detail;
  };
  [[nodiscard]] std::optional<Outcome> take_outcome();
  /// Where requests inside the dialog go next; before there is one, where the INVITE goes.
  [[nodiscard]] NextHop hop() const;
  [[nodiscard]] std::optional<roam::CallInUse> in_use() const;

  void pump(TimePoint now);
  void on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;

  [[nodiscard]] CallId id() const { return id_; }
  [[nodiscard]] MediaId media() const { return media_.id(); }
  /// Of its newest INVITE.
  [[nodiscard]] const std::string& call_id() const { return call_id_; }
  /// Of the dialog that it has left for another one, as long as that is not certain; otherwise empty.
  [[nodiscard]] std::string left_call_id() const {
    return left_ ? left_->dialog.call_id() : std::string();
  }
  [[nodiscard]] AccountId account() const { return identity_.id; }
  [[nodiscard]] bool ended() const { return state_ == State::ended; }
  [[nodiscard]] bool parked() const { return parked_; }
  /// It is ringing here.
  [[nodiscard]] bool waits_for_user() const { return state_ == State::incoming; }
  /// The INVITE that waits for our answer is this one.
  [[nodiscard]] bool waits_with(sip::ServerId id) const {
    return pending_ && pending_->transaction == id;
  }

 private:
  enum class State {
    starting,  ///< outgoing: waiting for a flow, a media socket, or the moment to dial again
    calling,   ///< INVITE sent
    ringing,   ///< a 1xx came
    incoming,  ///< INVITE received, not answered
    up,        ///< answered; while `accepting_` is set our 2xx waits for its ACK
    ended,
  };
  /// A 2xx of ours that is repeated until its ACK (RFC 3261 §13.3.1.4).
  struct Accepting {
    sip::ServerId transaction;
    sip::Message response;
    Duration interval{};
    TimePoint next{};
    TimePoint give_up{};
    bool holds = false;  ///< what it offers or answers is our hold
  };
  /// An INVITE or UPDATE of the peer that waits for its answer.
  struct PendingRequest {
    sip::ServerId transaction;
    sip::Message request;
    net::Flow flow;
    bool first_invite = false;
    bool replaces = false;  ///< it begins the dialog that takes the place of ours
  };
  /// The dialog that another one is to take the place of, and what we know in it, in case that fails.
  struct Left {
    sip::Dialog dialog;
    sdp::OfferAnswer exchange;
    sip::SessionTimer session_timer;
    Negotiation negotiation;
    std::string call_id, from_tag;
    std::uint32_t cseq = 0;
    std::optional<sip::Message> invite_sent;
    bool outgoing = true;
    std::optional<TimePoint> give_up;  ///< our INVITE is not answered: the old dialog is tried again
    bool leads_nowhere = false;        ///< its session is of no use any more
  };

  /// A call of ours that rings, whose INVITE will never be answered where it came from.
  struct Rescue {
    sip::ClientId invite;
    sip::Message invite_message;
    bool settled = false;  ///< its session is agreed on already
    bool told = false;  ///< the callee knows where we are
    int asked = 0;      ///< re-INVITEs sent
    struct Sent {
      sip::ClientId transaction;
      sip::Message message;
      std::optional<TimePoint> silent_at;
    };
    std::optional<Sent> sent;
    std::optional<TimePoint> next;  ///< not before this
  };

  // call_sound.cc
  void tell_sound(const media::Notice& notice, TimePoint now);
  void on_keying_failed(const media::KeyingFailed& failed, TimePoint now);
  void renew_keys(TimePoint now);
  void describe_sound(CallInfo& info) const;

  // call.cc
  void end(Who who, int status, std::string reason, TimePoint now);
  void send_bye(const std::optional<sip::Reason>& reason = std::nullopt);
  void note_accepted(const sip::Message& response);
  void set_up(TimePoint now);
  void drop(const std::string& reason, Who who, TimePoint now);
  void give_up_waiting(TimePoint now);
  void add_own_fields(sip::Message& message, const net::Flow& flow) const;
  void set_session(sip::Message& message, const sdp::SessionDescription& description) const;
  [[nodiscard]] Result<std::optional<sdp::SessionDescription>> session_in(
      const sip::Message& message) const;
  void log(LogLevel level, std::string message) const;

  // call_dialing.cc
  void pump_dialing(TimePoint now);
  void send_invite(const net::Flow& chosen, const net::SocketAddress& rtp, TimePoint now);
  [[nodiscard]] sip::Message compose_invite(
      const net::Flow& flow, const std::optional<sdp::SessionDescription>& offer) const;
  void add_extensions(sip::Message& invite) const;
  bool try_next_server(const Error& error, const std::optional<std::chrono::seconds>& retry_after,
                       TimePoint now);
  void on_invite_response(const sip::ResponseReceived& received, TimePoint now);
  [[nodiscard]] bool take_offer(const sdp::SessionDescription& offer);
  [[nodiscard]] Result<void> take_answer(const sip::Message& message);
  [[nodiscard]] bool keeps_protection(const Error& error);
  void on_invite_accepted(const sip::ResponseReceived& received, TimePoint now);
  [[nodiscard]] Result<void> settle_session(const sip::Message& accepted,
                                            const std::optional<EarlyDialogs::Winner>& early,
                                            TimePoint now);
  [[nodiscard]] bool may_be_answered(const sip::Message& accepted, TimePoint now);
  void on_invite_refused(const sip::Message& response, TimePoint now);
  [[nodiscard]] bool try_next_target(const sip::Message* response, TimePoint now);
  [[nodiscard]] bool try_other_family(const sip::Message& response);
  [[nodiscard]] MediaRoute::Signalling signalling_on(const net::Flow& flow) const;
  void refuse_second_answer(const sip::Message& response);
  void acknowledge(std::uint32_t cseq, TimePoint now);
  void pump_ack(TimePoint now);
  void forsake_invite(TimePoint now);
  void pump_cancel(TimePoint now);
  void redial(TimePoint now);
  void start_over(TimePoint now);

  // call_progress.cc
  void pump_progress(TimePoint now);
  [[nodiscard]] bool describe_early(std::optional<sdp::SessionDescription>& session, TimePoint now);
  void repeat_progress(TimePoint now);
  void on_prack(const sip::RequestReceived& received, TimePoint now);
  void take_early_answer(const std::optional<sdp::SessionDescription>& answer, TimePoint now);
  void answer_early_offer(const sip::RequestReceived& received,
                          const sdp::SessionDescription& offer, TimePoint now);
  void on_early_update(const sip::RequestReceived& received, TimePoint now);
  void answer_as_told(TimePoint now);

  // call_answering.cc
  void pump_ringing(TimePoint now);
  [[nodiscard]] IncomingCall told_of_caller() const;
  void pump_answer(TimePoint now);
  [[nodiscard]] MediaRoute::Choice answer_source(TimePoint now);
  [[nodiscard]] MediaRoute::Choice source_of_silence();
  [[nodiscard]] bool comes_from_elsewhere(const sip::Message& request) const;
  [[nodiscard]] bool freshen_answer_flow(TimePoint now);
  void answer_after_the_move(TimePoint now);
  void answer_with(const net::SocketAddress& rtp, TimePoint now);
  void refuse(const PendingRequest& pending, int status, const std::string& warning, TimePoint now);
  void follow_to_another_family();
  void finish_answer(const PendingRequest& pending, sip::Message response, bool holds,
                     TimePoint now);
  void on_offer(const sip::RequestReceived& received, TimePoint now);
  void accept_without_offer(const sip::RequestReceived& received, TimePoint now);
  void answer_too_early(const sip::RequestReceived& received, TimePoint now);
  void reply(sip::ServerId id, const sip::Message& request, int status, TimePoint now);
  void repeat_accept(TimePoint now);

  // call_negotiating.cc
  [[nodiscard]] static sdp::Direction own_direction(bool holds);
  [[nodiscard]] sdp::Direction direction_to_offer() const;
  /// An exchange is through, in which we were willing to do `own`: who holds whom by it.
  void note_agreed(sdp::Direction own, bool holds, TimePoint now);
  void tell_hold(TimePoint now);
  [[nodiscard]] bool may_negotiate() const;
  void pump_negotiation(TimePoint now);
  [[nodiscard]] sip::Method negotiation_method() const;
  void send_negotiation(const net::Flow& flow, const net::SocketAddress& rtp, TimePoint now);
  void dispatch(Negotiation::Sent sent, const sdp::SessionDescription* offer, const net::Flow& flow,
                TimePoint now);
  void tell_address(TimePoint now);
  void abandon_negotiation(TimePoint now);
  void acknowledge_orphan(const net::Flow& flow, TimePoint now);
  void on_negotiation_response(const sip::ResponseReceived& received, TimePoint now);
  void on_negotiated(const Negotiation::Sent& sent, const sip::Message& response, TimePoint now);
  void on_negotiation_refused(const Negotiation::Sent& sent, const sip::Message& response,
                              TimePoint now);
  void on_move_refused(const Negotiation::Sent& sent, const sip::Message& response, TimePoint now);
  void on_negotiation_failed(const Error& error, TimePoint now);
  void on_negotiation_silent(TimePoint now);
  /// Tries again after `wait`, and later with each failure; at once when that is zero.
  void retry_negotiation(std::string why, Duration wait, TimePoint now);
  void put_off_negotiation(std::string why, Duration wait, TimePoint now);
  void give_up_hold(const std::string& why, TimePoint now);

  // call_session.cc
  [[nodiscard]] static sip::SessionTimer::Options timer_options(const SessionTimerOptions& options);
  void answer_session(const sip::Message& request, sip::Message& response, TimePoint now);
  void check_session(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> session_end() const;
  [[nodiscard]] std::optional<TimePoint> session_deadline() const;

  // call_moving.cc
  void move_early(const roam::RefreshTarget& step, TimePoint now);
  void begin_handover(const Handover::Start& start, TimePoint now);
  void end_for_change(TimePoint now);
  void repeat_answer_at_once(TimePoint now);
  void finish_move(TimePoint now);
  void expect_sound(TimePoint now);
  void check_handover(TimePoint now);
  void check_answered_family(TimePoint now);
  [[nodiscard]] std::optional<roam::Link> media_link() const;
  void step_ended(StepStatus status, std::string detail);

  // call_rescue.cc
  [[nodiscard]] bool begin_rescue(TimePoint now);
  void rescue_again();
  void pump_rescue(TimePoint now);
  void offer_to_callee(const net::Flow& flow, TimePoint now);
  void send_to_callee(const sdp::SessionDescription* offer, const net::Flow& flow, TimePoint now);
  void on_rescue_response(const sip::ResponseReceived& received, TimePoint now);
  void on_rescued(const sip::Message& response, TimePoint now);
  void on_rescue_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> rescue_deadline() const;
  void give_up_rescue(const std::string& why, TimePoint now);
  void leave_rescue();

  // call_replacing.cc
  [[nodiscard]] bool may_seek_peer() const;
  [[nodiscard]] bool seek_peer(const std::string& why, bool leads_nowhere, TimePoint now);
  [[nodiscard]] Duration patience_with_reinvite() const;
  void leave_dialog();
  void restore_dialog(TimePoint now);
  void return_to_dialog(TimePoint now);
  void part_from_left();
  void on_request_in_left(const sip::RequestReceived& received, TimePoint now);
  void on_seeking_refused(int status, TimePoint now);
  void on_replaced(TimePoint now);

  // call_dialog_info.cc
  [[nodiscard]] DialogInfo::State dialog_state() const;
  void explain_end(DialogInfo& info) const;

  // call_messages.cc
  /// Whether requests can leave in the dialog; without a network they wait, and no time is up for
  /// them.
  [[nodiscard]] bool may_ask() const { return state_ == State::up && dialog_ && !parked_; }
  void pump_requests(TimePoint now);
  void on_own_request_answered(const CallRequests::Answered& answered, TimePoint now);
  void on_other_request(const sip::RequestReceived& received, TimePoint now);
  void on_options(const sip::RequestReceived& received, TimePoint now);
  void on_info(const sip::RequestReceived& received, TimePoint now);
  void end_requests(TimePoint now);

  // call_transfer.cc
  void tell_transfer(const Transfer::News& news, TimePoint now);
  void on_notify(const sip::RequestReceived& received, TimePoint now);
  void on_refer(const sip::RequestReceived& received, TimePoint now);
  void accept_refer(const sip::RequestReceived& received, TimePoint now);
  void on_subscribe(const sip::RequestReceived& received, TimePoint now);
  void add_referral(sip::Message& invite) const;

  const CallId id_;
  const Identity& account_;  // as it is now
  Identity identity_;        // as this call shows it
  sip::CredentialStore& credentials_;
  Context& context_;
  CallOptions options_;
  CallMedia media_;

  State state_ = State::starting;
  bool outgoing_ = true;
  sip::Uri target_;  // whom we dialled
  Redirection redirection_;
  std::optional<Redirection::Target> redirected_;  // where the INVITE goes instead
  EarlyDialogs early_;
  std::string call_id_, from_tag_;  // of our INVITE
  std::uint32_t cseq_ = 0;
  std::optional<sip::ClientId> invite_;
  std::optional<sip::Message> invite_sent_;
  std::optional<TimePoint> dial_at_;  // not before this (redial)
  std::optional<net::Family>
      media_family_;  // what the callee takes, if it refused that of signalling
  int family_tries_ = 0;
  std::optional<sip::ClientId> cancel_due_;  // an INVITE given up, its CANCEL waits for a flow
  bool patient_ = false;                     // dialling again: without a network it waits
  std::optional<TimePoint> answer_by_;
  std::optional<std::uint32_t> ack_due_;
  std::optional<sdp::SessionDescription> ack_session_;  // our answer to the offer in their 2xx

  std::optional<sip::Dialog> dialog_;
  bool peer_takes_update_ = false;
  bool peer_takes_replaces_ = false;
  std::optional<Left> left_;
  std::optional<Rescue> rescue_;
  std::optional<roam::RefreshTarget> moves_when_up_;  // the way of our INVITE still carries
  bool caller_moved_ = false;                         // while it rings here
  int sought_ = 0;            // how often in this change the peer was sought by another INVITE
  int unknown_to_peer_ = 0;   // and answered 481
  std::optional<PendingRequest> pending_;
  ProvisionalResponses provisional_;
  std::uint32_t invite_sequence_ = 0;  // of the INVITE that called us
  bool announced_ = false;             // incoming: the user was told
  bool accept_wanted_ = false;         // the user has answered
  bool answer_flow_stale_ = false;     // our answers leave on another flow than the request came by
  bool our_offer_in_2xx_ = false;      // INVITE without offer: the answer comes in the ACK
  std::optional<Accepting> accepting_;
  std::optional<TimePoint> up_since_;
  bool media_heard_ = false;
  std::optional<TimePoint> sound_by_;  // a move waits until then for sound never heard before
  Duration round_trip_{};              // of our last answered request, to the peer

  Negotiation negotiation_;
  sip::SessionTimer session_timer_;
  std::optional<TimePoint> network_back_;  // when the last change of the network let us go on
  std::optional<Handover> handover_;
  Change change_;
  net::IpAddress media_from_;  // our media address in use
  bool parked_ = false;
  std::optional<TimePoint> gap_deadline_;
  std::optional<Outcome> outcome_;
  bool registered_since_change_ = false;
  bool server_answers_ = false;  // since the change
  std::string last_local_;  // signalling address, for reports

  CallRequests requests_;
  std::optional<Transfer> transfer_;  // that we asked for
  /// The subscription that a REFER of the peer's made (RFC 3515 §2.4.4).
  struct ReferralNotices {
    std::string id;    // of the Event field; empty: none
    SipFragment last;  // what was told
  };
  std::optional<ReferralNotices> referral_;
  std::string referred_to_;  // where the peer sent us last
  std::string followed_;     // where it sent us, and somebody answered
  bool referred_before_ = false;
  Origin origin_;
  Who ended_by_ = Who::local;
  int ended_with_ = 0;  // SIP status
  bool replaced_ = false;
};

}  // namespace godwit::ua
