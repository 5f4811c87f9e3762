// SPDX-License-Identifier: Apache-2.0
#include "audio/g711.h"

#include <algorithm>
#include <array>
#include <bit>

#include "base/assert.h"

namespace godwit::audio {
namespace {

constexpr int kBias = 0x84;        // u-law: added before the segment is found
constexpr int kUlawClip = 32'635;  // the largest magnitude that fits with the bias

constexpr std::int16_t decode_ulaw(unsigned code) {
  code = ~code & 0xffU;
  const int magnitude = ((static_cast<int>(code & 0x0fU) << 3) + kBias) << ((code & 0x70U) >> 4U);
  return static_cast<std::int16_t>((code & 0x80U) != 0 ? kBias - magnitude : magnitude - kBias);
}

constexpr std::int16_t decode_alaw(unsigned code) {
  code ^= 0x55U;  // even bits are inverted on the line
  const unsigned segment = (code & 0x70U) >> 4U;
  int magnitude = (static_cast<int>(code & 0x0fU) << 4) + 8;
  if (segment > 0) magnitude = (magnitude + 0x100) << (segment - 1);
  return static_cast<std::int16_t>((code & 0x80U) != 0 ? magnitude : -magnitude);
}

constexpr unsigned encode_ulaw(int sample) {
  const unsigned sign = sample < 0 ? 0x80U : 0;
  const auto magnitude =
      static_cast<unsigned>(std::min(sample < 0 ? -sample : sample, kUlawClip) + kBias);
  const auto segment = static_cast<unsigned>(std::bit_width(magnitude)) - 8;
  return ~(sign | segment << 4U | (magnitude >> (segment + 3) & 0x0fU)) & 0xffU;
}

constexpr unsigned encode_alaw(int sample) {
  const unsigned sign = sample < 0 ? 0 : 0x80U;
  const auto magnitude = static_cast<unsigned>(sample < 0 ? -sample - 1 : sample);
  const auto width = static_cast<unsigned>(std::bit_width(magnitude));
  const unsigned segment = width > 8 ? width - 8 : 0;
  const unsigned step = segment > 1 ? segment + 3 : 4;
  return (sign | segment << 4U | (magnitude >> step & 0x0fU)) ^ 0x55U;
}

// 4 kB and 8 kB: of what is said most is quiet, so what is used of them stays in the cache.
constexpr std::size_t kUlawSteps =
    8192;  // magnitudes that differ in their last two bits share a code
constexpr std::size_t kAlawSteps = 2048;  // the last four

template <std::int16_t (*kDecode)(unsigned)>
constexpr std::array<std::int16_t, 256> make_decoding() {
  std::array<std::int16_t, 256> table{};
  for (unsigned i = 0; i < table.size(); ++i) table[i] = kDecode(i);
  return table;
}

template <unsigned (*kEncode)(int), std::size_t kSteps>
constexpr std::array<std::uint8_t, kSteps> make_encoding() {
  std::array<std::uint8_t, kSteps> table{};
  constexpr std::size_t kStep = 32'768 / kSteps;
  for (std::size_t i = 0; i < kSteps; ++i) {
    table[i] = static_cast<std::uint8_t>(kEncode(static_cast<int>(i * kStep)));
  }
  return table;
}

constexpr auto kFromUlaw = make_decoding<decode_ulaw>();
constexpr auto kFromAlaw = make_decoding<decode_alaw>();
constexpr auto kToUlaw = make_encoding<encode_ulaw, kUlawSteps>();
constexpr auto kToAlaw = make_encoding<encode_alaw, kAlawSteps>();

// The codes of a value and of its negative differ in the first bit alone.
std::byte look_up_ulaw(int sample) {
  const auto magnitude = static_cast<std::size_t>(std::min(sample < 0 ? -sample : sample, 32'767));
  return static_cast<std::byte>(kToUlaw[magnitude / 4] ^ (sample < 0 ? 0x80U : 0U));
}

std::byte look_up_alaw(int sample) {
  const auto magnitude = static_cast<std::size_t>(sample < 0 ? -sample - 1 : sample);
  return static_cast<std::byte>(kToAlaw[magnitude / 16] ^ (sample < 0 ? 0x80U : 0U));
}

}  // namespace

void encode(Law law, std::span<const std::int16_t> samples, std::span<std::byte> out) {
  GODWIT_ASSERT(samples.size() == out.size());
  if (law == Law::pcmu) {
    std::ranges::transform(samples, out.begin(), [](int sample) { return look_up_ulaw(sample); });
  } else {
    std::ranges::transform(samples, out.begin(), [](int sample) { return look_up_alaw(sample); });
  }
}

void decode(Law law, std::span<const std::byte> bytes, std::span<std::int16_t> out) {
  GODWIT_ASSERT(bytes.size() == out.size());
  const auto& table = law == Law::pcmu ? kFromUlaw : kFromAlaw;
  std::transform(bytes.begin(), bytes.end(), out.begin(),
                 [&table](std::byte b) { return table[std::to_integer<std::size_t>(b)]; });
}

}  // namespace godwit::audio
