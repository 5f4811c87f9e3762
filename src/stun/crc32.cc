// SPDX-License-Identifier: Apache-2.0
#include "stun/crc32.h"

#include <array>

namespace godwit::stun {
namespace {

constexpr std::uint32_t kPolynomial = 0xedb88320;  // reflected: the lowest bit comes first

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
    std::uint32_t rest = byte;
    for (int bit = 0; bit < 8; ++bit) rest = rest >> 1U ^ ((rest & 1U) != 0 ? kPolynomial : 0U);
    table[byte] = rest;
  }
  return table;
}

constexpr auto kTable = make_table();

}  // namespace

std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t rest = ~0U;
  for (const char c : bytes) {
    rest = rest >> 8U ^ kTable[(rest ^ static_cast<unsigned char>(c)) & 0xffU];
  }
  return ~rest;
}

}  // namespace godwit::stun
