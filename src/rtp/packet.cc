// SPDX-License-Identifier: Apache-2.0
#include "rtp/packet.h"

#include "base/assert.h"
#include "base/byte_reader.h"
#include "base/byte_writer.h"

namespace godwit::rtp {
namespace {

constexpr unsigned kVersion = 2;

tl::unexpected<Error> malformed(const char* what) {
  return fail(Errc::malformed_message, what);
}

}  // namespace

Result<Packet> parse_packet(std::span<const std::byte> bytes) {
  ByteReader reader(bytes);
  const unsigned first = reader.u8();
  const unsigned second = reader.u8();
  Packet packet;
  packet.header.marker = (second & 0x80U) != 0;
  packet.header.payload_type = static_cast<std::uint8_t>(second & 0x7fU);
  packet.header.sequence = reader.u16();
  packet.header.timestamp = reader.u32();
  packet.header.ssrc = reader.u32();
  if (!reader.ok()) return malformed("RTP: shorter than its header");
  if (first >> 6U != kVersion) return malformed("RTP: version is not 2");

  reader.skip(std::size_t{4} * (first & 0x0fU));  // CSRC list
  if ((first & 0x10U) != 0) {                     // header extension, RFC 3550 §5.3.1
    reader.skip(2);
    const std::size_t words = reader.u16();
    reader.skip(4 * words);
  }
  if (!reader.ok()) return malformed("RTP: CSRC list or extension is cut off");

  std::span<const std::byte> payload = reader.rest();
  if ((first & 0x20U) != 0) {  // padding, its last byte counts itself (RFC 3550 §5.1)
    const std::size_t padding = payload.empty() ? 0 : std::to_integer<std::size_t>(payload.back());
    if (padding == 0 || padding > payload.size()) return malformed("RTP: wrong padding");
    payload = payload.first(payload.size() - padding);
  }
  packet.payload = payload;
  return packet;
}

void write_header(const Header& header, std::span<std::byte> out) {
  ByteWriter writer(out);
  writer.u8(kVersion << 6U);
  writer.u8(
      static_cast<std::uint8_t>((header.marker ? 0x80U : 0U) | (header.payload_type & 0x7fU)));
  writer.u16(header.sequence);
  writer.u32(header.timestamp);
  writer.u32(header.ssrc);
  GODWIT_ASSERT(writer.ok());
}

}  // namespace godwit::rtp
