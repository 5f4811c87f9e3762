// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "godwit/call_quality.h"
#include "godwit/export.h"
#include "godwit/handover_report.h"
#include "godwit/ids.h"
#include "godwit/options.h"
#include "godwit/time.h"

namespace godwit {

/// When an event happened, on both clocks.
struct EventTime {
  TimePoint monotonic{};
  std::chrono::system_clock::time_point wall{};
};

/// Who made a call or an attempt end.
enum class Who {
  local,
  peer,
  server,
  network,
  timeout,
  identity,  ///< TLS failed, or the far end did not prove to be whom we meant
};

enum class RegistrationState { registering, registered, failed, unregistered };

/// Where an address of record can be reached, as its registrar says (RFC 3261 §10.3).
struct Binding {
  std::string contact;  ///< "sip:alice@192.0.2.7:5060"
  std::chrono::seconds expires{};
  std::string instance;  ///< "urn:uuid:…" where it has one (RFC 5626 §4.1)

  bool operator==(const Binding&) const = default;
};

/// A registration reached a new state (RFC 3261 §10).
struct RegistrationChanged {
  AccountId account;
  RegistrationState state = RegistrationState::registering;
  int status = 0;                  ///< SIP status of the last answer; 0 without one
  std::string reason;              ///< reason phrase, or a sentence why there was no answer
  std::string contact;             ///< our binding: "sip:alice@10.1.0.2:5060"
  std::chrono::seconds expires{};  ///< lifetime granted; 0 unless registered
  Who who = Who::server;           ///< who decided, when failed
  /// When failed: how long until it is tried again. Empty: not before the network or the account changes.
  std::optional<Duration> retry_in{};
  std::vector<Binding> others{};  ///< bindings of the same user that are not ours, when registered
  /// Addresses that lead to this instance only, wherever it is: "sip:alice@example.org;gr=urn:uuid:…", and the
  /// newest of those that do not tell whose they are. Empty: the registrar gave none (RFC 5627).
  std::string public_gruu{}, temporary_gruu{};
  /// Whom this is about, as a URI: one of the account's registrars, or where one of them has sent us (3xx).
  std::string registrar{};
};

/// A flow that is kept ready beside the one that carries (RFC 5626, `NetworkPolicy::warm_standby`) is registered,
/// refreshed, has failed or ended. Whether the account is reached is not told by this.
struct StandbyChanged {
  RegistrationChanged registration;  ///< over that flow
  std::string uplink;                ///< "lte0 IPv4"
};

/// How an account stands: `Account::info()`.
struct AccountInfo {
  struct Standby {
    std::string uplink, local;  ///< "lte0 IPv4", "tls 10.2.0.2:41234"
    RegistrationState state = RegistrationState::unregistered;
    std::uint64_t sent = 0, received = 0;  ///< bytes of SIP to keep it ready, without lower layers
  };
  RegistrationChanged registration;  ///< as told last; `unregistered` before anything was
  std::string local, registrar;      ///< "udp 10.1.0.2:5060", "10.9.0.1:5060": of the newest REGISTER
  std::size_t calls = 0;             ///< that have not ended
  std::vector<Standby> standbys;     ///< the best first
};

/// Somebody calls. Answer with `Call::answer()` or refuse with `Call::decline()`.
struct IncomingCall {
  AccountId account;
  CallId call;
  std::string from;  ///< "\"Alice\" <sip:alice@example.org>", control characters removed
  std::string to;
  std::string asserted_identity;       ///< P-Asserted-Identity, as the account's server gave it; else empty
  std::vector<std::string> diversion;  ///< who sent it on, newest first (Diversion, RFC 5806)
  std::vector<std::string> history;    ///< History-Info entries, in order (RFC 7044)
  std::string subject;
  CallId replaces;  ///< takes the place of this call of ours, which ends once it is answered (RFC 3891)
  CallId joins;  ///< once answered it shares a conference with this call of ours (RFC 3911)
};

/// An outgoing call made progress (a 1xx other than 100).
struct CallRinging {
  CallId call;
  int status = 180;
  std::string reason;
  bool early_media = false;  ///< with a session description: sound may come before the answer
};

/// The call is answered: a 2xx came, or our 2xx was sent.
struct CallAnswered {
  CallId call;
  std::string remote;        ///< the peer's URI
  std::string codec;         ///< "PCMU/8000"; empty while nothing is negotiated
  std::string media_local;   ///< "10.1.0.2:40000"
  std::string media_remote;  ///< "10.2.0.2:40002"
  /// How the sound is encrypted: "SDES AES_CM_128_HMAC_SHA1_80", "DTLS"; empty: it is not.
  std::string protection;
};

/// First RTP packet heard from the peer.
struct MediaStarted {
  CallId call;
};

/// The one last event of every call.
struct CallEnded {
  CallId call;
  Who who = Who::local;
  int status = 0;      ///< SIP status that ended it; 0 for a BYE or a local end
  std::string reason;  ///< "Busy Here", "hung up", "no answer within 30 s"
  Duration duration{};  ///< from answer to end; 0 if never answered
};

/// A digit was heard, told once at its end: as telephone-event (RFC 4733), by INFO, or where the peer
/// agreed to no telephone-event as two tones in the sound (ITU-T Q.23).
struct DtmfReceived {
  CallId call;
  char digit = '0';  ///< 0-9 * # A-D
  std::chrono::milliseconds duration{};
};

/// Who holds the call has changed.
struct CallHoldChanged {
  CallId call;
  bool by_us = false;
  bool by_peer = false;
};

/// A file that does not loop has been played to its end.
struct PlaybackEnded {
  CallId call;
};

/// The microphone and loudspeaker of a call (`PlaySource::Kind::device`) work, are others than before, or
/// are gone. The call goes on, in silence while they are gone, and takes them again when they are back.
struct DeviceChanged {
  CallId call;
  bool works = false;
  std::string capture;   ///< its name, while it works
  std::string playback;  ///< likewise
  std::string reason;    ///< why they do not work
};

/// How well the call is heard, every `CallOptions::quality_interval`.
struct MediaQuality {
  CallId call;
  CallQuality quality;
};

/// A limit of `CallOptions::quality_limits` was passed in three of five seconds, or has been kept for
/// five again.
struct QualityChanged {
  CallId call;
  QualityMeasure measure = QualityMeasure::mos;
  bool bad = false;
  double value = 0;  ///< of this second: ms, a MOS, or a share of 0 to 1
  double limit = 0;  ///< in the same unit
};

/// A 3xx sent the call elsewhere; it is dialled there.
struct CallRedirected {
  CallId call;
  int status = 302;
  std::string target;
};

/// The peer asks us to call somebody else. With `TransferPolicy::follow` that call is `new_call`.
struct TransferRequested {
  CallId call;
  std::string target;
  std::string referred_by;  ///< empty if not told
  CallId new_call;          ///< 0: refused
};

/// What the peer tells of a transfer that we asked for.
struct TransferProgress {
  CallId call;
  int status = 100;    ///< of the call that the peer makes; 0 if the peer never told
  std::string reason;
  bool final = false;  ///< nothing more will come
};

/// Another call has taken the place of `call`, which ends (RFC 3891).
struct CallReplaced {
  CallId call;
  CallId by;
};

/// A MESSAGE came, outside calls or in one.
struct MessageReceived {
  AccountId account;
  CallId call;  ///< 0: outside calls
  std::string from;
  MessageBody body;
};

/// An INFO came in a call (RFC 6086); digits in it come as `DtmfReceived`.
struct InfoReceived {
  CallId call;
  MessageBody body;
};

/// The answer to a MESSAGE or INFO of ours.
struct MessageAnswered {
  MessageId message;
  int status = 0;      ///< 0 if there was no answer
  std::string reason;
  Who who = Who::peer;
};

enum class SubscriptionState { subscribing, pending, active, terminated };

/// A subscription reached a new state (RFC 6665 §4.1.3).
struct SubscriptionChanged {
  SubscriptionId subscription;
  SubscriptionState state = SubscriptionState::subscribing;
  int status = 0;      ///< SIP status of the last answer; 0 without one
  std::string reason;  ///< reason phrase, or the notifier's reason: "timeout", "noresource"
  std::chrono::seconds expires{};
};

/// The notifier told the state of what we subscribed to.
struct NotificationReceived {
  SubscriptionId subscription;
  std::string package;
  MessageBody body;
};

/// Waiting messages of an account with `watch_messages` (RFC 3842).
struct MessagesWaiting {
  AccountId account;
  bool waiting = false;
  int new_voice = 0;
  int old_voice = 0;
};

/// The answer to `UserAgent::query_options()` (RFC 3261 §11).
struct OptionsAnswered {
  QueryId query;
  int status = 0;      ///< SIP status; 0 if there was no answer
  std::string reason;  ///< reason phrase, or why there was no answer
  Who who = Who::server;
  Duration round_trip{};
  std::string remote;  ///< address that answered
  std::string allow;   ///< methods it takes
  std::string server;  ///< its Server or User-Agent
};

/// The answer to `Account::fetch_bindings()` or `remove_all_bindings()`.
struct BindingsAnswered {
  QueryId query;
  AccountId account;
  int status = 0;      ///< SIP status; 0 if there was no answer
  std::string reason;  ///< reason phrase, or why there was no answer
  Who who = Who::server;
  std::vector<Binding> bindings;  ///< all that there are now, ours too
};

/// The network is not what it was, and something in use is touched by it.
struct NetworkChangeStarted {
  ChangeId change;
  std::vector<std::string> reasons;  ///< "address_lost wifi0 10.1.0.2", in the order found
};

enum class StepStatus { started, done, failed };

/// One step of the plan for a change.
struct NetworkChangeStep {
  ChangeId change;
  std::string kind;     ///< "register", "refresh_target", "probe", "park", "retire_flow"
  std::string subject;  ///< "account 1", "call 3", "flow 10.1.0.2:5060"
  int attempt = 1;
  StepStatus status = StepStatus::started;
  std::string detail;
};

/// Media or signalling of a call is not through at the moment; the call stays up.
struct Reconnecting {
  CallId call;
  ChangeId change;
  ReconnectReason reason = ReconnectReason::network_switch;
};

/// The call is heard both ways again (held: its refresh was answered).
struct Reconnected {
  CallId call;
  HandoverReport report;
};

/// The call could not be moved; `CallEnded` follows.
struct Dropped {
  CallId call;
  ChangeId change;
  std::string reason;
  Who who = Who::network;
};

enum class ChangeOutcome { recovered, partly, offline, superseded };

/// Everything the change called for has ended, one way or the other.
struct NetworkChangeFinished {
  ChangeId change;
  ChangeOutcome outcome = ChangeOutcome::recovered;
  Duration took{};  ///< from noticing to the last step's end
};

/// Everything a user agent tells, in order, one at a time, after it has settled.
using Event = std::variant<RegistrationChanged, StandbyChanged, IncomingCall, CallRinging,
                           CallAnswered, MediaStarted, CallEnded, DtmfReceived, CallHoldChanged,
                           PlaybackEnded, DeviceChanged, MediaQuality, QualityChanged,
                           CallRedirected, TransferRequested, TransferProgress, CallReplaced,
                           MessageReceived, InfoReceived, MessageAnswered, SubscriptionChanged,
                           NotificationReceived, MessagesWaiting, OptionsAnswered, BindingsAnswered,
                           NetworkChangeStarted, NetworkChangeStep, Reconnecting, Reconnected,
                           Dropped, NetworkChangeFinished>;

GODWIT_EXPORT std::string_view to_string(Who who);
GODWIT_EXPORT std::string_view to_string(RegistrationState state);
GODWIT_EXPORT std::string_view to_string(SubscriptionState state);
GODWIT_EXPORT std::string_view to_string(StepStatus status);
GODWIT_EXPORT std::string_view to_string(ChangeOutcome outcome);

/// The event's `type` in the JSON stream: "reg.ok", "call.handover.done" (docs/events.md).
GODWIT_EXPORT std::string_view type_of(const Event& event);

}  // namespace godwit
