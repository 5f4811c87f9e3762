// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "audio/audio_port.h"
#include "base/random.h"
#include "godwit/call_quality.h"
#include "godwit/ids.h"
#include "godwit/time.h"
#include "media/kit.h"
#include "net/socket_address.h"
#include "sdp/offer_answer.h"
#include "srtp/master_key.h"

namespace godwit::media {

/// Names the media of one call.
using MediaId = StrongId<struct MediaTag>;
/// Names one pair of sockets (RTP, RTCP) of a media session; unique within the agent.
using PathId = StrongId<struct PathTag>;

enum class Channel : std::uint8_t { rtp, rtcp };

/// Where media is sent, and by which sockets; or where it came from, and by which.
struct Target {
  PathId path;
  net::SocketAddress remote;
  bool operator==(const Target&) const = default;
};

/// A packet that wants to leave: by the socket for RTP, or by that for RTCP (by RTP's too, where
/// RTCP has none of its own). The bytes are good until the next call into the session.
struct Transmit {
  PathId path;
  Channel channel = Channel::rtp;
  net::SocketAddress to;
  std::span<const std::byte> bytes;
};

/// A packet that came. The bytes are good only during the call.
struct Received {
  PathId path;
  Channel channel = Channel::rtp;
  net::SocketAddress from;
  std::span<const std::byte> bytes;
  TimePoint arrived{};  ///< when the system got it: not later than it is read
};

/// What the call layer needs to know, each with the time it happened.
struct FirstPacketSent {  ///< first RTP on this path since it became the sending path
  PathId path;
  TimePoint at{};
};
struct FirstPacketReceived {  ///< first RTP on this path since it was added, or since reset_gaps()
  PathId path;
  TimePoint at{};
};
struct DigitHeard {
  char digit = '0';
  std::chrono::milliseconds duration{};
};
/// The source has nothing more to play (a file that does not loop has ended).
struct SourceEnded {};
/// The figures that `QualityOptions::interval` asks for.
struct QualityMeasured {
  CallQuality quality;
};
/// A limit of `QualityOptions::limits` is passed for long, or kept again.
struct QualityTurned {
  QualityMeasure measure = QualityMeasure::mos;
  bool bad = false;
  double value = 0;  ///< ms, a MOS, or a share of 0 to 1
  double limit = 0;
};
/// A key of ours has encrypted nearly all packets that it may (RFC 3711 §9.2): another one is wanted. Once
/// it has encrypted them all nothing is sent until there is one.
struct KeyWearsOut {};
/// A DTLS handshake has failed; it is begun anew only by signalling. The keys from before stand.
struct KeyingFailed {
  std::string reason;            ///< for people
  bool without_profile = false;  ///< both sides know no protection profile in common
};
/// The far end has ended its DTLS association (close_notify): nothing is sent or heard under its keys.
struct KeyingEnded {};
/// A STUN server has answered what `ask_address()` asked.
struct AddressSeen {
  PathId path;
  std::optional<net::SocketAddress> address;  ///< of the RTP socket, as the server sees it; empty: it says none
  std::optional<Duration> round_trip = {};    ///< empty: the request was sent more than once
};
using Notice = std::variant<FirstPacketSent, FirstPacketReceived, DigitHeard, SourceEnded,
                            QualityMeasured, QualityTurned, KeyWearsOut, KeyingFailed, KeyingEnded,
                            AddressSeen>;

/// What is to be told of a call's quality.
struct QualityOptions {
  std::chrono::seconds interval{};  ///< 0: no figures
  QualityLimits limits;

  bool operator==(const QualityOptions&) const = default;
};

/// Counters of one session since its start (RFC 3550 §6.4, appendix A).
struct Statistics {
  std::uint64_t packets_sent = 0;
  std::uint64_t packets_received = 0;
  std::uint32_t packets_lost = 0;       ///< by sequence number; late ones are not lost
  std::uint64_t packets_dropped = 0;    ///< malformed, foreign SSRC, wrong payload type
  double jitter_ms = 0;                 ///< interarrival jitter
  std::optional<double> round_trip_ms;  ///< from RTCP
  /// Longest time between two RTP packets since `reset_gaps()`, the running one included.
  Duration gap_in{};
  Duration gap_out{};
  /// Packets lost since `reset_gaps()`.
  std::uint32_t lost_since_reset = 0;
  /// The same, with holes so young that the packets may yet come by another path.
  std::uint32_t missing_since_reset = 0;
};

struct SessionOptions {
  MediaId id;
  std::string cname;                      // random, per call (RFC 7022)
  std::unique_ptr<audio::Source> source;  // what we send; never null
  std::unique_ptr<audio::Sink> sink;      // what we hear; never null
  QualityOptions quality = {};
  std::shared_ptr<const Kit> kit = nullptr;  // null: the codecs of this build, and no certificate
  bool follow = true;                        // authenticated roaming (Follower)
  bool catch_up = false;                     // what cannot be sent is said afterwards (CatchUp)
  bool latch = false;  // a far end behind a NAT is found by its plain RTP (Latch)
  std::vector<srtp::Suite> suites = {};  // that DTLS may agree on, best first; empty: its own choice
};

/// The sound of one call: encodes, packs and paces what we say, puts in order, decodes and plays
/// what we hear, RTCP and telephone-events (RFC 3550, 3551, 4733). Pure: packets and `now` in,
/// packets out.
///
/// Several paths may be open at once: all are listened on, one is sent on. SSRC, sequence numbers
/// and timestamps run on across every change of path.
class Session {
 public:
  Session(SessionOptions options, Random& random, TimePoint now);
  ~Session();

  void add_path(PathId path);
  void remove_path(PathId path);
  /// Asks a STUN server how it sees the path's RTP socket: `AddressSeen`, once it answers.
  void ask_address(PathId path, const net::SocketAddress& server, TimePoint now);
  /// What was agreed; sending starts, changes codec or stops (direction) at once.
  void configure(const sdp::Agreement& agreement, TimePoint now);
  /// RTP leaves on this path, to this address, from now on. Whenever path or address changes, the
  /// latest frame goes out again at once: the far end need not wait for the next tick.
  void send_on(PathId path, const net::SocketAddress& remote_rtp, TimePoint now);
  /// Nothing is sent until the next `send_on`; frames go on being made, so that timestamps run on.
  void stop_sending(TimePoint now);
  /// The kernel refused the packet on this path; the frame is the first to go on the next one.
  void on_send_failed(PathId path, TimePoint now);

  /// Delays and gaps are counted from when the packet arrived, however late its turn came.
  void on_packet(const Received& packet, TimePoint now);
  void on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;

  /// The next packet to send; empty when there is none. Call until empty after every input.
  [[nodiscard]] std::optional<Transmit> poll_transmit();
  [[nodiscard]] std::vector<Notice> take_notices();

  /// Digits 0-9 * # A-D, queued behind those being sent (RFC 4733). `duration` 40 ms to 5 s.
  [[nodiscard]] Result<void> send_digits(std::string_view digits, Duration duration);
  void set_source(std::unique_ptr<audio::Source> source);
  void reset_gaps(TimePoint now);
  [[nodiscard]] Statistics statistics(TimePoint now) const;
  /// As of the last whole second.
  [[nodiscard]] CallQuality quality() const;
  /// The seconds of the last minutes, the oldest first.
  [[nodiscard]] std::vector<QualitySecond> quality_history() const;
  /// RTCP BYE, DTLS close_notify, and the sink is closed.
  void finish(TimePoint now);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace godwit::media
