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

template <std::int16_t (*kDecode)(unsigned)>
constexpr std::array<std::int16_t, 256> make_table() {
  std::array<std::int16_t, 256> table{};
  for (unsigned i = 0; i < table.size(); ++i) table[i] = kDecode(i);
  return table;
}

constexpr auto kUlaw = make_table<decode_ulaw>();
constexpr auto kAlaw = make_table<decode_alaw>();

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

std::optional<Codec> codec_named(std::string_view name) {
  if (equal_ignoring_case(name, "PCMU")) return Codec::pcmu;
  if (equal_ignoring_case(name, "PCMA")) return Codec::pcma;
  return std::nullopt;
}

void encode(Codec codec, std::span<const std::int16_t> samples, std::span<std::byte> out) {
  GODWIT_ASSERT(samples.size() == out.size());
  std::transform(samples.begin(), samples.end(), out.begin(), [codec](int sample) {
    return static_cast<std::byte>(codec == Codec::pcmu ? encode_ulaw(sample) : encode_alaw(sample));
  });
}

void decode(Codec codec, std::span<const std::byte> bytes, std::span<std::int16_t> out) {
  GODWIT_ASSERT(bytes.size() == out.size());
  const auto& table = codec == Codec::pcmu ? kUlaw : kAlaw;
  std::transform(bytes.begin(), bytes.end(), out.begin(),
                 [&table](std::byte b) { return table[std::to_integer<std::size_t>(b)]; });
}

}  // namespace godwit::audio
