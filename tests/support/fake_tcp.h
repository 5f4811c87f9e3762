// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "godwit/error.h"
#include "godwit/time.h"
#include "support/fake_packet.h"

namespace godwit::test {

class FakeHost;
class FakeNetwork;

/// Who is told of a stream's life. Nothing is told after `ended`, nor after closing it.
struct StreamHandlers {
  std::function<void()> opened;
  std::function<void(std::string bytes)> received;  ///< cut anywhere
  std::function<void(const Error&)> ended;  ///< Errc::connection_closed: the far end closed it
};

/// The TCP of one fake host, in real segments over the host's links: what is lost is sent again,
/// what overtakes waits, and what has come is handed out cut at random.
///
/// Its times are those of Linux with a user timeout of 10 s: a SYN is sent again after 1, 2, 4, …
/// seconds, data after 200, 400, … ms. An address that goes breaks nothing at once: the stream dies
/// 10 s after the first byte that is not answered. There are no windows: every write leaves at
/// once.
class FakeTcp {
 public:
  using StreamId = std::uint64_t;
  using ListenerId = std::uint64_t;
  using Accept = std::function<StreamHandlers(StreamId, const net::SocketAddress& local,
                                              const net::SocketAddress& remote)>;

  FakeTcp(FakeNetwork& network, FakeHost& host) : network_(network), host_(host) {}
  FakeTcp(const FakeTcp&) = delete;
  FakeTcp& operator=(const FakeTcp&) = delete;

  /// `local` with an unspecified address or port: by route, any.
  [[nodiscard]] Result<StreamId> connect(net::SocketAddress local, const net::SocketAddress& remote,
                                         StreamHandlers handlers);
  /// Port 0: any. An unspecified address: every one of that family.
  [[nodiscard]] Result<ListenerId> listen(net::SocketAddress local, Accept accept);
  void close_listener(ListenerId listener) { listeners_.erase(listener); }
  [[nodiscard]] net::SocketAddress local_of_listener(ListenerId listener) const;

  [[nodiscard]] net::SocketAddress local_of(StreamId stream) const;
  [[nodiscard]] net::SocketAddress remote_of(StreamId stream) const;
  void send(StreamId stream, std::string bytes);
  /// After all that was sent has arrived; the far end is told that nothing follows.
  void close(StreamId stream);
  /// At once; the far end is told that the connection is broken.
  void abort(StreamId stream);
  /// The machine starts anew: nobody is told, here or there.
  void forget_all();
  /// Those that the program has not closed and that have not ended.
  [[nodiscard]] std::size_t open_streams() const;
  [[nodiscard]] std::size_t listeners() const { return listeners_.size(); }

  // For the host.
  void on_segment(const FakePacket& packet);
  /// The network says that it cannot bring a segment there.
  void on_refused(const net::SocketAddress& source, const net::SocketAddress& destination);

  static constexpr Duration kUserTimeout = std::chrono::seconds{10};
  static constexpr Duration kFirstResend = std::chrono::milliseconds{200};
  static constexpr Duration kFirstSynResend = std::chrono::seconds{1};
  static constexpr int kSynResends = 6;

 private:
  enum class State : std::uint8_t { syn_sent, syn_received, open };
  struct Arrived {
    std::string bytes;
    bool finishes = false;
  };
  struct Stream {
    net::SocketAddress local;
    net::SocketAddress remote;
    std::uint64_t connection = 0;
    State state = State::syn_sent;
    StreamHandlers handlers;
    Accept accept;        // of the listener, until the stream is open
    bool closed = false;  // by the program: nothing is told any more

    std::string unanswered;      // sent, not acknowledged
    std::uint64_t answered = 0;  // sequence number of its first byte
    bool finishing = false;      // our end of the stream follows it
    bool finish_answered = false;

    std::uint64_t expected = 0;              // sequence number of the next byte
    std::map<std::uint64_t, Arrived> early;  // behind a gap
    std::string inbox;                       // in order, not handed out yet
    bool far_end_finished = false;

    std::optional<TimePoint> resend_at;
    Duration resend_after = kFirstResend;
    TimePoint unanswered_since{};
    int syn_resends = 0;
  };
  struct Listener {
    net::SocketAddress local;
    Accept accept;
  };
  using Entry = std::map<StreamId, Stream>::iterator;

  Entry find(const FakePacket& packet);
  [[nodiscard]] const Listener* listener_at(const net::SocketAddress& local) const;
  [[nodiscard]] bool port_taken(const net::SocketAddress& local) const;
  [[nodiscard]] std::uint16_t free_port(const net::SocketAddress& local);
  void transmit(const Stream& stream, Segment segment, std::string bytes);
  void acknowledge(const Stream& stream);
  void refuse(const FakePacket& packet);

  void on_syn(const FakePacket& packet);
  void on_syn_ack(Entry entry);
  void on_reset(Entry entry);
  void on_data(Entry entry, const FakePacket& packet);
  void take_acknowledgement(StreamId id, Stream& stream, std::uint64_t acknowledged);
  void take_bytes(Stream& stream, const FakePacket& packet);
  void hand_out(StreamId id);
  void finish(StreamId id);
  void forget_if_over(StreamId id);
  void end(StreamId id, const Error& error);

  void expect_answer(StreamId id, Stream& stream);
  void arm(StreamId id, TimePoint when);
  void on_timer(StreamId id);
  void resend_opening(StreamId id, Stream& stream);
  void resend(StreamId id, Stream& stream);

  FakeNetwork& network_;
  FakeHost& host_;
  std::map<StreamId, Stream> streams_;
  std::map<ListenerId, Listener> listeners_;
  std::uint64_t last_id_ = 0;
};

}  // namespace godwit::test
