// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "audio/codec_book.h"
#include "base/assert.h"
#include "base/byte_reader.h"
#include "fuzz_input.h"
#include "media/playout.h"

namespace {

using namespace std::chrono_literals;
using godwit::ByteReader;
using godwit::TimePoint;
using godwit::media::Playout;

constexpr std::array<const char*, 5> kCodecs{"PCMU", "G722", "opus", "L16", "L16/16000"};
constexpr std::uint8_t kNoise = 13;

/// What the sequence numbers, timestamps and times of arrival of a stranger do: each step of the input
/// is eight bytes, a packet that came, and then sound is wanted.
void step(Playout& playout, ByteReader& reader, TimePoint& now) {
  const auto what = reader.u8();
  const auto wait = std::chrono::milliseconds{reader.u8()};
  const auto sequence = reader.u16();
  const auto timestamp = reader.u32();
  const auto size = std::size_t{what} * 3;
  const std::vector<std::byte> payload(size, std::byte{what});
  const auto type = static_cast<std::uint8_t>(what % (kCodecs.size() + 1));
  playout.push({.header = {.payload_type = type == kCodecs.size() ? kNoise : type,
                           .sequence = sequence,
                           .timestamp = timestamp},
                .payload = payload},
               now);
  for (const TimePoint until = now + wait; now <= until; now += 20ms) {
    std::vector<std::int16_t> frame(static_cast<std::size_t>(playout.rate()) / 50);
    playout.pull(frame, now);
  }
  const auto told = playout.statistics();
  GODWIT_ASSERT(told.concealed >= 0ns && told.shortened >= 0ns && told.lengthened >= 0ns);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const godwit::audio::CodecBook book;
  Playout playout;
  for (std::uint8_t i = 0; i < kCodecs.size(); ++i) {
    if (auto codec = book.named(kCodecs[i])) playout.understand(i, std::move(codec));
  }
  playout.understand_comfort_noise(kNoise);
  ByteReader reader(std::as_bytes(std::span{data, size}));
  TimePoint now{100s};
  while (reader.left() >= 8) step(playout, reader, now);
  return 0;
}
