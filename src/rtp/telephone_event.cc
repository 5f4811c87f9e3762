// SPDX-License-Identifier: Apache-2.0
#include "rtp/telephone_event.h"

#include <string_view>

#include "base/assert.h"
#include "base/byte_reader.h"
#include "base/byte_writer.h"

namespace godwit::rtp {
namespace {

constexpr std::string_view kDigits = "0123456789*#ABCD";  // in the order of RFC 4733 §3.2

}  // namespace

Result<TelephoneEvent> parse_telephone_event(std::span<const std::byte> payload) {
  ByteReader reader(payload);
  TelephoneEvent event;
  event.event = reader.u8();
  const unsigned flags = reader.u8();
  event.end = (flags & 0x80U) != 0;
  event.volume = static_cast<std::uint8_t>(flags & 0x3fU);
  event.duration = reader.u16();
  if (!reader.ok()) return fail(Errc::malformed_message, "telephone-event: shorter than 4 bytes");
  return event;
}

void write_telephone_event(const TelephoneEvent& event, std::span<std::byte> out) {
  ByteWriter writer(out);
  writer.u8(event.event);
  writer.u8(static_cast<std::uint8_t>((event.end ? 0x80U : 0U) | (event.volume & 0x3fU)));
  writer.u16(event.duration);
  GODWIT_ASSERT(writer.ok());
}

std::optional<std::uint8_t> event_of_digit(char digit) {
  if (digit >= 'a' && digit <= 'd') digit = static_cast<char>(digit - 'a' + 'A');
  const auto at = kDigits.find(digit);
  if (at == std::string_view::npos) return std::nullopt;
  return static_cast<std::uint8_t>(at);
}

std::optional<char> digit_of_event(std::uint8_t event) {
  if (event >= kDigits.size()) return std::nullopt;
  return kDigits[event];
}

}  // namespace godwit::rtp
