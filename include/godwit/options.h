// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "godwit/audio.h"
#include "godwit/call_quality.h"
#include "godwit/log.h"
#include "godwit/time.h"

namespace godwit {

/// Default lifetime asked of a registrar over plain UDP: short, because while we are away the old
/// address may come to belong to somebody else.
inline constexpr std::chrono::seconds kDefaultExpires{300};

/// How long a network must be quiet before it is acted on, when nothing in use is broken.
struct SettlePolicy {
  Duration quiet = std::chrono::milliseconds{250};  ///< range 0 to 2 s
  Duration longest = std::chrono::seconds{2};       ///< act after this even without quiet
};

/// What an interface may be used for.
enum class InterfaceUse {
  prefer,       ///< carries, and is kept ready while another one carries
  standby,      ///< kept ready
  last_resort,  ///< used where the system's routes lead by it; never kept ready
  never,        ///< nothing leaves by it; where the system's routes lead by it, the best other one carries
};
/// One of `NetworkPolicy::interfaces`.
struct InterfaceRule {
  std::string match;  ///< "wlan0", "wl*", or a class: "ethernet", "wifi", "cellular", "vpn", "other"
  InterfaceUse use = InterfaceUse::prefer;
};

/// What becomes of a call of ours that rings at the far end when the network goes that it was dialled from: its answer would
/// come to an address that is gone.
enum class RingingCalls {
  rescue,  ///< the far end is told where we are (UPDATE) and asked until it has answered, where it can be; else `redial`
  redial,  ///< it is cancelled and dialled again, the same call for the application
  end,     ///< it is cancelled and ends
};

/// What is done when the network changes (docs/network-change.md).
struct NetworkPolicy {
  bool automatic = true;                        ///< watch the system; false: only `notify_network_changed()`
  SettlePolicy settle;
  Duration gap_limit = std::chrono::seconds{60};  ///< a call without network is dropped after this
  bool refresh_calls = true;                    ///< false: no in-dialog request because of a change
  /// A call whose network changes is hung up over the new one, with a Reason (RFC 3326) of 410.
  bool end_calls = false;
  bool prefer_update = true;                    ///< UPDATE where the peer's Allow lists it (RFC 3311)
  RingingCalls ringing_calls = RingingCalls::rescue;
  /// Accounts whose registrar knows RFC 5626 are registered over every uplink that is to be kept ready,
  /// an interface and a family each, at most three besides the one that carries.
  bool warm_standby = true;
  /// The first that matches an interface counts. Without one: a VPN and what is metered are the last
  /// resort, a cellular network stands by, all others are preferred.
  std::vector<InterfaceRule> interfaces;
  std::vector<std::string> metered;  ///< names as in `InterfaceRule::match` where every byte costs
};

/// Where RTP is bound: even ports from `first` to `last` (RFC 3550 §11); 0 and 0: the system chooses.
struct PortRange {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
};

/// Which address families may be used, and which is tried first where both work.
enum class FamilyUse {
  any,        ///< as the system's rules say (RFC 6724): usually IPv6 first
  prefer_v4, prefer_v6, only_v4, only_v6,
};

/// TLS of one account, or of the whole agent (RFC 3261 §26, RFC 5922). All files are PEM.
struct TlsOptions {
  std::string ca_file;           ///< whom to trust; empty: the system's certificates
  std::string certificate_file;  ///< ours, with its chain; empty: none. A listener needs one
  std::string private_key_file;
  bool verify = true;            ///< false: any certificate will do. For tests
  bool allow_wildcards = false;  ///< "*.example.org" counts, against RFC 5922 §7.2
  /// Session secrets are appended here, for Wireshark; whoever reads it reads the calls. Empty: never.
  std::string key_log_file;

  bool operator==(const TlsOptions&) const = default;
};

/// Which local address and interface sockets use, asked again on every change of the network.
struct BindOptions {
  std::string interface;  ///< "wlan0": never leaves by another one; empty: any
  std::string address;    ///< a literal address; its family is then the only one. Empty: by route
  /// Asked for each destination (a literal): the local address to use, or "" for the routed one.
  std::function<std::string(const std::string& destination)> choose;
  std::uint8_t dscp = 0;  ///< code point of every packet of SIP, 0 to 63 (RFC 2474)
  /// What Contact and Via name instead of the local address, where a fixed NAT stands before us.
  std::string public_address_v4;
  std::string public_address_v6;
};

/// Accept TCP or TLS connections. None is needed to be called: requests come by the connection that
/// registered.
struct ListenOptions {
  enum class Transport { tcp, tls };
  Transport transport = Transport::tcp;
  std::string address;  ///< "192.0.2.1:5060", "[2001:db8::1]:5061"; port 0: the system chooses
};

/// How SIP is carried.
struct TransportOptions {
  bool udp = true;
  bool tcp = true;
  bool tls = true;
  FamilyUse families = FamilyUse::any;
  BindOptions bind;
  TlsOptions tls_options;
  std::vector<ListenOptions> listeners;
  /// Keep-alives of flows that registered: how often, on streams and over UDP (RFC 5626 §4.4.1).
  std::chrono::seconds stream_keep_alive{100};  ///< 0: none
  std::chrono::seconds udp_keep_alive{25};      ///< 0: none
  /// Search for how long the NAT in front keeps a quiet UDP flow: each keep-alive after which it is still known
  /// by the same address lets the next one wait half as long again, up to this; when one finds another address,
  /// what held before stays, and the binding is made anew. Until then nobody reaches us for that one time. 0: no
  /// search.
  std::chrono::seconds udp_keep_alive_longest{0};
};

/// What a socket is for; given to the hook that sees it before it is bound or connected.
enum class SocketUse { sip_udp, sip_stream, sip_listener, media, dns };
/// Sees every socket of the agent before bind or connect; for VPNs, marks and the like.
using SocketHook = std::function<void(int descriptor, SocketUse use)>;

/// A header field added to a request as it stands. Fields that godwit sets itself (Via, From, To, Call-ID,
/// CSeq, Contact, Route, credentials and the like) are refused as `invalid_argument`.
struct HeaderField {
  std::string name;   ///< a token: "X-Ticket", "Subject"
  std::string value;  ///< one line, UTF-8

  bool operator==(const HeaderField&) const = default;
};

/// A body that is carried for the application: MESSAGE, INFO, NOTIFY.
struct MessageBody {
  std::string content_type = "text/plain";
  std::string text;

  bool operator==(const MessageBody&) const = default;
};

/// Which calls are live when there are several.
enum class ActiveCalls {
  all,  ///< every call goes on as it is
  one,  ///< answering, dialling or resuming one puts the others on hold
};

/// When a registration that failed is tried again (RFC 5626 §4.5). Each wait is between half and all of a
/// bound that doubles with each failure in a row.
struct RetryPolicy {
  /// Most failures pass in seconds.
  int quick_tries = 3;  ///< 0 to 10 tries whose bounds are 2 s, 4 s and so on come first. 0: as the RFC
  std::chrono::seconds base{30};       ///< 1 s to 1 h: half of the first bound after the quick tries
  std::chrono::seconds longest{1800};  ///< `base` to 24 h: no bound is larger
};

/// What a whole user agent is made with.
struct UserAgentOptions {
  std::string user_agent;      ///< User-Agent field; empty: "godwit/<version>"
  /// User name in the o= line of what we offer and answer, one word; empty: "-" (RFC 8866 §5.2). For
  /// peers that take nothing but letters and digits there.
  std::string origin_username;
  /// "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6": this device, the same for good, kept by the
  /// application (RFC 5626 §4.1); what is no UUID is refused with the first account. Empty: none is told, and
  /// no account uses outbound.
  std::string instance_id;
  std::uint16_t sip_port = 0;  ///< local UDP port, kept across changes; 0: the system chooses once
  TransportOptions transport;
  FamilyUse media_families = FamilyUse::any;
  /// DNS servers, "192.0.2.53" or "[2001:db8::53]:5353"; empty: those of the system, read anew on
  /// every change of the network.
  std::vector<std::string> dns_servers;
  /// "stun.example.org", "192.0.2.1:3479", by itself port 3478: asked from each socket for sound, by IPv4 or a
  /// NAT64, which address a NAT gives it, which is then told (RFC 8489). Offers and answers wait for that at most 500 ms;
  /// later in the call two round trips to the server, or 200 ms. What cannot be read is refused with the first
  /// account. Empty: nobody is asked.
  std::string stun_server;
  SocketHook on_socket;
  PortRange media_ports;
  std::string hosts_file;  ///< names looked up here first, in hosts(5) form; empty: /etc/hosts
  NetworkPolicy network;
  RetryPolicy registration_retry;
  /// Begun towards one server when many accounts start, move or end at once, those with calls first; answers
  /// to challenges do not count.
  std::uint32_t registration_rate = 200;  ///< REGISTERs per second and server; 0: no limit
  ActiveCalls active_calls = ActiveCalls::all;
  /// With so many calls under way, whoever began them, the next one that comes is answered with 486. One
  /// person has few: servers want more.
  std::size_t call_limit = 256;
  /// Codecs of the application: `CallOptions::codecs` may name them beside those of this build. One with
  /// the name and clock rate of another takes its place.
  std::vector<std::shared_ptr<const Codec>> codecs;
  LogSink log;     ///< default: drop
  MessageTap tap;  ///< default: none
};

/// What others are told of who calls (RFC 3323, RFC 3325).
enum class Privacy {
  none,
  /// From is "Anonymous" <sip:anonymous@anonymous.invalid>, with Privacy: id; the identity that the
  /// account's own server is to assert goes in P-Preferred-Identity.
  anonymous,
};

/// What is done when the peer asks us to call somebody else (REFER, RFC 3515).
enum class TransferPolicy {
  follow,  ///< a new call is dialled; once it is up, the old one is ended by the peer
  refuse,  ///< answered with 603
};

/// Session timer of a call (RFC 4028).
struct SessionTimerOptions {
  enum class Use {
    off,       ///< not asked for; a peer's request for it is still honoured
    supported, ///< asked for where the peer supports it
    required,  ///< a call without it does not come about (Require: timer)
  };
  enum class Refresher { any, local, remote };
  Use use = Use::supported;
  std::chrono::seconds interval{1800};  ///< Session-Expires, 90 s to 24 h
  Refresher refresher = Refresher::any;
  /// The session is not ended for want of a refresh while we have no network, nor for this long after.
  std::chrono::seconds network_grace{60};
};

/// Provisional responses that arrive (RFC 3262).
enum class ReliableResponses { off, supported, required };

/// Whether the sound of an account's calls is encrypted (SRTP). What began protected stays so: within a
/// call nothing is ever taken that would lay it open.
enum class MediaSecurity {
  automatic,  ///< `required` where signalling goes by TLS; else what is offered protected is taken so
  required,   ///< SRTP or no call
  preferred,  ///< keys are offered beside plain RTP, for far ends that understand them; all is taken
  off,        ///< plain RTP, and nothing else
};

/// How keys are agreed on in what we offer; what is offered to us is taken either way.
enum class SrtpKeying {
  sdes,  ///< told in SDP (RFC 4568): as secret as signalling is on its whole way
  dtls,  ///< by a handshake between the two ends (RFC 5763)
};

/// Where an account says that it is reached: Contact (RFC 3261 §8.1.1.8).
struct ContactOptions {
  /// Over UDP: whether the address from which the registrar saw us (RFC 3581) takes the place of our own.
  enum class Rewrite { never, as_needed, always } rewrite = Rewrite::never;
  enum class Method { one_register, unregister_first } method = Method::one_register;  ///< of the change
  bool from_any_answer = true;  ///< false: no answer but a 2xx is believed, not a challenge
  std::string forced;           ///< a SIP URI in place of the whole address; empty: by flow
  std::string parameters, uri_parameters;  ///< of the field: "q=0.5"; of its URI: "ob"
};

/// Whether an account registers as one instance with its flows (outbound, RFC 5626), so that a new flow
/// takes the place of the old one in every registrar that knows it.
enum class Outbound {
  automatic,  ///< over TLS only: the instance-id follows its user from network to network, readable
  always,     ///< over UDP and TCP too
  never,
};

/// An identity and its server.
struct AccountOptions {
  std::string address_of_record;  ///< "sip:alice@example.org"; required
  std::string display_name;
  std::string registrar;       ///< "sip:example.org:5060"; empty: the domain of `address_of_record`
  /// Asked in this order where `registrar` and all of its servers have failed (silent, not to be reached, 5xx or
  /// 6xx; a refusal of the credentials or the user is none): URIs, at most 7. The account is registered with one
  /// at a time, and goes back to a better one when that works again.
  std::vector<std::string> backup_registrars = {};
  /// "sip:proxy.example.org", in the order in which requests outside dialogs pass them, each as a
  /// loose route (RFC 3261 §16.12); they are sent to the first. Empty: straight to the registrar.
  std::vector<std::string> outbound_proxies = {};
  std::string username;        ///< for digest; empty: the user part of `address_of_record`
  std::string password;        ///< empty: challenges are not answered
  Privacy privacy = Privacy::none;
  TransferPolicy transfers = TransferPolicy::follow;
  /// Ask the account's server for waiting messages: `MessagesWaiting` events (RFC 3842).
  bool watch_messages = false;
  /// Ask the registrar what becomes of the account's binding (RFC 3680): one that is gone is made anew at once, and
  /// `RegistrationChanged` tells of the same user's other bindings as they come and go.
  bool watch_registration = false;
  /// Who is told of the account's calls on asking for it (RFC 4235): "sip:bob@example.org", or "bob" of the
  /// same domain, or "*": everybody. Requests count that come by the account's own server, which has to
  /// know who sends them. Who watches may also pick up, take over or ask to join the calls.
  std::vector<std::string> dialog_watchers = {};
  MediaSecurity media_security = MediaSecurity::automatic;
  SrtpKeying srtp_keying = SrtpKeying::sdes;
  /// Best first: AEAD_AES_256_GCM, AEAD_AES_128_GCM, AES_256_CM_HMAC_SHA1_80, AES_CM_128_HMAC_SHA1_80, and the
  /// last two with _32, whose short tags make forging easier. What is offered, and taken, by SDES and by DTLS,
  /// which has no profile for AES_256_CM (RFC 5764 §4.1.2, RFC 7714 §14.2). Of DTLS the server's best counts.
  std::vector<std::string> srtp_suites = {"AEAD_AES_256_GCM", "AES_256_CM_HMAC_SHA1_80",
                                          "AES_CM_128_HMAC_SHA1_80"};
  /// Encrypted sound goes on to where the far end's authentic packets come from before its signalling has
  /// told of the move; the address is on probation until signalling or a report confirms it.
  bool follow_media = true;
  /// Plain RTP of a far end that names a private address, because it is behind a NAT, is answered where it
  /// comes from. Somebody who knows the call's port may take it over in its first three seconds.
  bool latch_media = false;
  ContactOptions contact = {};
  Outbound outbound = Outbound::automatic;  ///< needs `UserAgentOptions::instance_id`
  std::optional<BindOptions> bind;      ///< empty: the agent's
  std::optional<TlsOptions> tls;        ///< empty: the agent's
};

/// The sound devices of a call.
struct AudioDeviceOptions {
  /// The microphone, as `audio_devices()` names it; empty: the system's default; "null": silence.
  std::string capture;
  std::string playback;  ///< the loudspeaker; in the same way
  int rate = 48'000;     ///< what the devices run at: 8,000, 16,000, 32,000 or 48,000 Hz
  /// What the card may hold back in each direction: 5 to 200 ms. The system may need more.
  std::chrono::milliseconds latency{20};
  bool cancel_echo = true;     ///< what the loudspeaker says is taken out of what the microphone hears
  bool suppress_noise = true;  ///< what is steady in it is lowered
};

/// What the far end hears from us in a call.
struct PlaySource {
  enum class Kind {
    silence,
    tone,
    file,
    echo,    ///< what we hear
    device,  ///< a microphone; what we hear goes to its loudspeaker
    application,  ///< `source`
  };
  Kind kind = Kind::silence;
  int tone_hz = 440;      ///< 50 to 3,400
  /// Anything libsndfile reads. It is read whole, and kept at its own rate: at most 50 MB, 9 minutes at 48,000
  /// Hz; a longer one is kept at 16,000 or 8,000, 52 minutes at most.
  std::string file;
  bool loop = false;      ///< start again at the end of the file
  AudioDeviceOptions device;
  std::shared_ptr<AudioSource> source;  ///< one call reads it at a time
};

/// How one call is made or answered.
struct CallOptions {
  PlaySource play;
  std::string record_file;  ///< what we hear, as `RecordOptions::file`; empty: none
  std::shared_ptr<AudioSink> hear;  ///< is given what we hear, frame by frame, and closed at the end; null: nobody
  std::chrono::seconds answer_timeout{60};          ///< outgoing: give up after this; 1 s to 1 h
  std::vector<std::string> codecs = {"opus", "G722", "PCMU", "PCMA"};  ///< in order of preference
  /// Of what we like to hear, and say where the far end wants nothing else: 10 to 60 ms, in steps of 10 ms.
  std::chrono::milliseconds packet_time{20};
  /// What was said during a change of network in which nothing could be sent, up to 2 s, is said
  /// afterwards, at most a quarter faster, until it is in time again.
  bool catch_up = false;
  bool comfort_noise = false;  ///< silence is told once instead of being sent on (RFC 3389), both ways
  std::vector<HeaderField> headers;                 ///< of the INVITE, or of our answers to it
  std::optional<Privacy> privacy;                   ///< empty: the account's
  SessionTimerOptions session_timer;
  ReliableResponses reliable_responses = ReliableResponses::supported;
  int redirects = 5;             ///< outgoing: how many 3xx are followed, 0 to 20
  bool late_offer = false;       ///< outgoing: INVITE without offer, the callee makes it
  /// How often `MediaQuality` is told; 0: never, otherwise 1 s to 1 h.
  std::chrono::seconds quality_interval{0};
  QualityLimits quality_limits;  ///< for `QualityChanged`
};

/// How digits are sent.
enum class DtmfMethod {
  rtp_event,  ///< telephone-event (RFC 4733)
  info,       ///< INFO with application/dtmf-relay
  in_band,    ///< the two tones, in place of what we say
};

/// What is written of a call.
struct RecordOptions {
  enum class Tracks {
    heard,   ///< mono: what we hear
    mixed,   ///< mono: both sides mixed
    stereo,  ///< what we hear left, what we say right
  };
  /// By the end of its name: .flac FLAC, .ogg Ogg Vorbis, .opus Ogg Opus, else WAV; 16 bit. Opus has
  /// 48,000 Hz for a `rate` that it does not know.
  std::string file;
  Tracks tracks = Tracks::mixed;
  int rate = 0;  ///< 8,000 to 48,000 Hz, as a call's; 0: that of the call when the recording begins
};

}  // namespace godwit
