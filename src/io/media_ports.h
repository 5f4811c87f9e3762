// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "godwit/options.h"
#include "io/loop.h"
#include "io/poll_set.h"
#include "io/timer.h"
#include "io/udp_socket.h"
#include "ua/media_rack.h"

namespace godwit::io {

/// What the sockets of all media have in common.
struct MediaSocketOptions {
  PortRange ports;
  SocketHook on_socket{};
};

/// The sockets and the clock of all media: opens the paths that the engine asks for, passes packets
/// to and from the rack, wakes it when its next frame is due.
///
/// A path has two sockets until both sides have agreed to send RTCP by that of RTP (RFC 5761), and
/// again when they agree otherwise later.
class MediaPorts {
 public:
  /// `activity`: packets came or frames went; `take_inputs()` may have something for the engine.
  MediaPorts(Loop& loop, ua::AudioFactory& factory, Random& random, MediaSocketOptions options,
             std::function<void()> activity);

  /// Never calls `activity`. What the engine must know waits in `take_inputs()`.
  void execute(const ua::MediaAction& action);
  [[nodiscard]] std::vector<ua::Input> take_inputs();
  /// Sends what wants to leave and sets the clock for the next frame. Call it after each turn.
  void flush();
  [[nodiscard]] std::optional<media::Statistics> statistics(ua::MediaId media) const;
  [[nodiscard]] const media::Session* session(ua::MediaId media) const {
    return rack_.session(media);
  }

 private:
  struct Path {
    ua::MediaId media;
    UdpSocket rtp;
    std::optional<UdpSocket> rtcp;  // none while RTCP goes by that of RTP
    std::string interface{};        // what both are held to; empty: none
  };

  void open(const ua::OpenMediaPath& action);
  [[nodiscard]] Result<Path> open_pair(const ua::OpenMediaPath& action);
  [[nodiscard]] Result<Path> try_pair(const ua::OpenMediaPath& action, std::uint16_t rtp_port);
  struct SocketName {
    ua::MediaId media;
    ua::PathId path;
    ua::Channel channel;
  };
  [[nodiscard]] Result<UdpSocket> open_socket(const SocketName& name,
                                              const net::SocketAddress& local,
                                              const std::string& interface);
  void set_mux(ua::MediaId media, bool agreed);
  void apply(const ua::MediaAction& action);
  void close_paths_of(ua::MediaId media);
  bool send(ua::MediaId media, const media::Transmit& packet);
  void end_turn();
  void on_due();

  Loop& loop_;
  Random& random_;
  PortRange ports_;
  SocketHook on_socket_;
  std::function<void()> activity_;
  ua::MediaRack rack_;
  std::optional<PollSet> sockets_;  // none: the system has none, and each socket is watched for itself
  std::map<ua::PathId, Path> paths_;
  std::vector<ua::Input> inputs_;
  Timer timer_;
  TimePoint woken_at_ = TimePoint::min();  // by the timer, the last time
};

}  // namespace godwit::io
