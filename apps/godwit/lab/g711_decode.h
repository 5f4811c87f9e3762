// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace godwit::lab {

/// ITU-T G.711 µ-law, one sample.
inline std::int16_t decode_pcmu(std::uint8_t code) {
  const int inverted = ~code & 0xff;
  const int magnitude = ((((inverted & 0x0f) << 3) + 0x84) << ((inverted & 0x70) >> 4)) - 0x84;
  return static_cast<std::int16_t>((inverted & 0x80) != 0 ? -magnitude : magnitude);
}

/// ITU-T G.711 A-law, one sample.
inline std::int16_t decode_pcma(std::uint8_t code) {
  const int even = code ^ 0x55;
  const int segment = (even & 0x70) >> 4;
  int magnitude = ((even & 0x0f) << 4) + (segment == 0 ? 8 : 0x108);
  if (segment > 1) magnitude <<= segment - 1;
  return static_cast<std::int16_t>((even & 0x80) != 0 ? magnitude : -magnitude);
}

}  // namespace godwit::lab
