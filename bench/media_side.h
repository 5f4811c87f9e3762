// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "srtp/master_key.h"

namespace bench {

struct StreamOptions {
  unsigned streams = 1024;
  unsigned seconds = 20;
  std::optional<godwit::srtp::Suite> srtp;  ///< none: plain RTP
};

/// What one side counts.
struct StreamCount {
  std::uint64_t sent = 0, received = 0;
  std::uint64_t lost = 0;     ///< by sequence number
  std::uint64_t dropped = 0;  ///< came and were not taken
  /// The measured time: what was sent in it, and what the processor did.
  std::uint64_t timed_sent = 0;
  double user_s = 0, system_s = 0;
};

/// N streams of PCMU, 20 ms each way, on real sockets of the loopback interface: those of this
/// process, whose far ends are another's.
class MediaSide {
 public:
  enum class Which { here, far };
  /// Opens the sockets; ends the program where there are none.
  MediaSide(const StreamOptions& options, Which which);
  ~MediaSide();

  [[nodiscard]] const std::vector<std::uint16_t>& ports() const;
  /// From now on what comes is understood. @param far  the other side's ports, in the order of its
  /// streams
  void agree_with(const std::vector<std::uint16_t>& far);
  /// From now on we send.
  void begin(const std::vector<std::uint16_t>& far);
  /// Nothing is sent any more; what is under way is still heard.
  void be_silent();
  void serve(double seconds);
  /// Since the beginning.
  [[nodiscard]] StreamCount count() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Sound of both sides, each in a process of its own, held to a core of its own.
struct BothSides {
  StreamCount here, far;
  /// Datagrams that the system threw away because a socket had no room for them.
  std::uint64_t kernel_drops = 0;
};
[[nodiscard]] BothSides talk(const StreamOptions& options);

}  // namespace bench
