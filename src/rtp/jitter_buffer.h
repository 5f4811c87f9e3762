// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace godwit::rtp {

/// Puts packets in order by timestamp and gives them out at an even pace, a little later than they
/// came. Time is counted in samples (8,000 a second); the caller pulls 160 of them every 20 ms.
///
/// The delay begins at 40 ms, grows when packets come late and shrinks when they come early for
/// seconds. A step in the delay of the network, as a change of path makes it, re-anchors the
/// buffer: at once when everything is late, else frame by frame.
class JitterBuffer {
 public:
  static constexpr std::int32_t kStartDelay = 320;  // 40 ms
  static constexpr std::int32_t kMaxDelay = 1600;   // 200 ms
  static constexpr std::size_t kMaxPayload = 480;   // 60 ms of G.711
  static constexpr std::size_t kSlots = 32;

  struct Item {
    std::uint32_t timestamp = 0;
    std::uint8_t payload_type = 0;
    std::uint16_t samples = 0;  // how long the payload plays
    std::span<const std::byte> payload;
  };
  enum class Stored : std::uint8_t { yes, too_late, no_room };

  enum class Kind : std::uint8_t {
    packet,   ///< play `item`
    missing,  ///< its packet has not come: conceal
    silence,  ///< nothing to conceal: not begun, or over
  };
  struct Pulled {
    Kind kind = Kind::silence;
    std::uint16_t samples = 0;
    Item item;  // its payload is good until the next call
  };

  Stored push(const Item& item);
  /// What plays next: a whole packet, or a pause of 1 to `at_most` samples.
  [[nodiscard]] Pulled pull(std::uint16_t at_most);
  void reset();

  /// How much earlier than needed a packet should come, in samples.
  [[nodiscard]] std::int32_t target() const { return target_; }

 private:
  struct Slot {
    bool used = false;
    Item item;  // payload points into `bytes`
    std::array<std::byte, kMaxPayload> bytes{};
  };

  [[nodiscard]] std::int32_t ahead(std::uint32_t timestamp) const {
    return static_cast<std::int32_t>(timestamp - position_);
  }
  void anchor(std::uint32_t timestamp);
  void drop_past();
  Stored store(const Item& item);
  void observe(std::int32_t early);
  void adapt();
  [[nodiscard]] Pulled pause(std::uint16_t at_most);
  [[nodiscard]] Slot* earliest();

  std::array<Slot, kSlots> slots_;
  std::size_t used_ = 0;
  bool started_ = false;
  bool played_ = false;
  std::uint32_t position_ = 0;  // timestamp of the next sample to play
  std::int32_t target_ = kStartDelay;
  std::int32_t hold_ = 0;   // samples to wait, so that the delay grows
  std::uint32_t idle_ = 0;  // samples since the buffer ran empty

  // One window of observation, about two seconds.
  std::int32_t least_early_ = kMaxDelay;
  std::uint32_t observed_ = 0;
  std::uint32_t late_ = 0;
  std::uint32_t calm_windows_ = 0;
};

}  // namespace godwit::rtp
