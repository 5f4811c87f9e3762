// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "godwit/time.h"
#include "media/session.h"
#include "net/socket_address.h"

namespace godwit::media {

/// Where media of an SRTP stream is sent: where signalling says, and from there wherever the far
/// end's authentic packets come from (*authenticated roaming*). The far end that moves is heard and
/// heard back after one trip, before its signalling has arrived.
///
/// An observer can forward an authentic packet from elsewhere before the packet itself arrives, so
/// a new address is on probation: what is sent there goes to the old one too, it is at most three
/// times what came from there, and after `kProbation` or three round trips all is as before, unless
/// signalling named the address or the far end acknowledged a report (`probe_due`) that was sent
/// only there. Who sprays the port with packets that are not authentic gets nothing: they do not
/// come here.
///
/// Pure and without allocation. How a session uses it:
/// - `send_on` whenever its own `send_on` is called; `allow` by the agreement;
/// - `on_authentic` for each packet that SRTP opened on the RTP socket, and `on_acknowledged` for
/// each
///   report block of ours in them; on a change the sender's target is `target()`, and its latest
///   frame goes out at once;
/// - each packet that leaves goes to `take_destinations`; RTCP other than probes to `anchor()`
/// alone;
/// - when `probe_due`, after the frame: a sender report to `target()` alone, if `take_probe` lets
/// it.
class Follower {
 public:
  static constexpr std::size_t kLeastTag = 80;   // bits: shorter ones can be guessed
  static constexpr std::size_t kMostGrowth = 3;  // bytes sent to a new address for each from there
  static constexpr std::chrono::seconds kProbation{1};
  /// Until a report has told.
  static constexpr std::chrono::milliseconds kAssumedRoundTrip{200};

  /// A packet that SRTP has opened.
  struct Heard {
    Target from;
    std::size_t bytes = 0;  // as it came
    bool newest = false;
    bool reset = false;
    std::size_t tag = 0;  // bits
  };
  enum class Change : std::uint8_t {
    none,
    moved,      // to the address that a packet came from
    confirmed,  // no second copies any more
    back,       // to where it was before
  };
  /// Where one packet goes.
  struct Destinations {
    Target first;
    std::optional<Target> second;
  };

  /// Whether it may follow at all: no ICE on the stream, and the account lets it.
  void allow(bool allowed) { allowed_ = allowed; }
  /// Signalling named the far end's address; or it is the one that it named last, and we send by
  /// another path now, wherever the far end is.
  void send_on(const Target& target);
  /// Nothing is sent until the next `send_on`, and nobody is followed.
  void stop();

  /// @param round_trip  to the far end, if known
  [[nodiscard]] Change on_authentic(const Heard& heard, std::optional<Duration> round_trip,
                                    TimePoint now);
  /// @param last_sr  of a report block about us (RFC 3550 §6.4.1)
  [[nodiscard]] Change on_acknowledged(std::uint32_t last_sr, TimePoint now);
  [[nodiscard]] Change on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;

  /// Where media goes first; empty: nowhere.
  [[nodiscard]] std::optional<Target> target() const;
  /// The last address that is sure.
  [[nodiscard]] const std::optional<Target>& anchor() const { return anchor_; }
  [[nodiscard]] bool on_probation() const { return followed_.has_value(); }
  /// Of a packet with so many bytes that leaves now. There is a target.
  [[nodiscard]] Destinations take_destinations(std::size_t bytes);

  /// A report has to go to `target()` alone. No other report may have its time.
  [[nodiscard]] bool probe_due(TimePoint now) const;
  /// Whether it may leave: asked once for each probe that was due.
  /// @param middle_of_ntp  of its time, as it comes back in report blocks
  [[nodiscard]] bool take_probe(std::uint32_t middle_of_ntp, std::size_t bytes, TimePoint now);
  /// It cannot be made now.
  void put_off_probe(TimePoint now);

 private:
  static constexpr std::size_t kMostProbes = 4;

  struct Followed {
    Target target;
    std::size_t received = 0;
    std::size_t sent = 0;
    TimePoint until{};
    Duration round_trip{};
    std::optional<TimePoint> next_probe;
    std::array<std::uint32_t, kMostProbes> probes{};
    std::size_t probe_count = 0;
  };

  void change_path(const Target& target);
  [[nodiscard]] bool fits(std::size_t bytes) const;
  [[nodiscard]] bool may_follow(const Heard& heard, Duration round_trip, TimePoint now) const;
  void follow(const Heard& heard, Duration round_trip, TimePoint now);
  [[nodiscard]] Change on_anchor(const Heard& heard);

  bool allowed_ = false;
  bool stopped_ = false;
  std::optional<net::SocketAddress> signalled_;
  std::optional<Target> anchor_;
  bool symmetric_ = false;  // the far end has sent from where it receives
  std::optional<Followed> followed_;
  std::optional<net::SocketAddress> refuted_;  // had its probation and was not confirmed
  std::optional<TimePoint> moved_at_;
};

}  // namespace godwit::media
