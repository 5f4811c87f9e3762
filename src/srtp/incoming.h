// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "godwit/time.h"
#include "srtp/master_key.h"

namespace godwit::srtp {

/// Checks and decrypts what comes (RFC 3711), by the key in use and for 5 s by those before it:
/// what was sent under an old one may still be under way.
///
/// A far end that lost its rollover counter at a change of address (it began anew under the same
/// key) is understood within 10 packets after `expect_reset`, and only forward from the first
/// packet that proved it; what comes by that way is marked for as long as the key lives, since it
/// may be a replay. Beside it the stream that was there goes on being heard.
class Incoming {
 public:
  static constexpr std::chrono::seconds kOldKeyLife{5};
  static constexpr int kResetPackets = 10;  // authentic ones: junk does not use them up

  struct Opened {
    std::span<std::byte> packet;  // in the caller's buffer, without tag
    std::uint64_t index = 0;      // rollover counter and sequence number (RTP), index (RTCP)
    bool newest = false;          // newer than every packet before it, of the youngest key and SSRC
    bool reset = false;           // by a context just reset: it must move nothing
    std::size_t tag = 0;          // bits of its authentication
  };

  Incoming();
  ~Incoming();
  Incoming(Incoming&&) noexcept;
  Incoming& operator=(Incoming&&) noexcept;

  /// The far end's key. Its counters begin at 0; those of a key of the last 5 s go on.
  void use(const MasterKey& key, TimePoint now);
  [[nodiscard]] bool ready() const;
  /// An answered offer has changed the far end's address.
  void expect_reset();
  /// Decrypts in place. Empty: forged, replayed, or of no key that we have; it is counted, no more.
  [[nodiscard]] std::optional<Opened> open_rtp(std::span<std::byte> packet, TimePoint now);
  [[nodiscard]] std::optional<Opened> open_rtcp(std::span<std::byte> packet, TimePoint now);
  [[nodiscard]] std::uint64_t refused() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace godwit::srtp
