// SPDX-License-Identifier: Apache-2.0
#include "rtp/rtcp.h"

#include <algorithm>

#include "base/assert.h"
#include "base/byte_reader.h"
#include "base/byte_writer.h"
#include "base/limits.h"

namespace godwit::rtp {
namespace {

// Packet types of RFC 3550 §12.1.
constexpr std::uint8_t kSr = 200;
constexpr std::uint8_t kRr = 201;
constexpr std::uint8_t kSdes = 202;
constexpr std::uint8_t kBye = 203;
constexpr std::uint8_t kXr = 207;  // RFC 3611 §2
constexpr std::uint8_t kCname = 1;

constexpr std::size_t kMaxCount = 31;  // the count field has five bits
constexpr std::size_t kMaxText = 255;
// More than we ever say; the largest packet that is read fits as well.
constexpr std::size_t kMaxCompound = 2400;

tl::unexpected<Error> malformed(const char* what) {
  return fail(Errc::malformed_message, what);
}

/// One packet of a compound, its header taken apart and its padding cut off.
struct Part {
  std::size_t count = 0;
  std::uint8_t type = 0;
  std::span<const std::byte> body;
};

std::vector<ReportBlock> read_blocks(ByteReader& reader, std::size_t count) {
  std::vector<ReportBlock> blocks(count);
  for (ReportBlock& block : blocks) {
    block.ssrc = reader.u32();
    block.fraction_lost = reader.u8();
    const std::uint32_t lost = reader.u24();
    block.cumulative_lost = static_cast<std::int32_t>(lost << 8U) / 256;  // keeps the sign
    block.highest_sequence = reader.u32();
    block.jitter = reader.u32();
    block.last_sr = reader.u32();
    block.delay_since_last_sr = reader.u32();
  }
  return blocks;
}

bool read_sender_report(const Part& part, std::vector<RtcpPacket>& out) {
  ByteReader reader(part.body);
  SenderReport report;
  report.ssrc = reader.u32();
  report.ntp = reader.u64();
  report.rtp_timestamp = reader.u32();
  report.packets = reader.u32();
  report.octets = reader.u32();
  report.blocks = read_blocks(reader, part.count);
  out.emplace_back(std::move(report));
  return reader.ok();
}

bool read_receiver_report(const Part& part, std::vector<RtcpPacket>& out) {
  ByteReader reader(part.body);
  ReceiverReport report;
  report.ssrc = reader.u32();
  report.blocks = read_blocks(reader, part.count);
  out.emplace_back(std::move(report));
  return reader.ok();
}

/// Items up to the null item, then up to the next 32-bit boundary (RFC 3550 §6.5).
bool read_chunk(ByteReader& reader, std::size_t body_size, SourceDescription& chunk) {
  chunk.ssrc = reader.u32();
  while (const std::uint8_t type = reader.u8()) {
    const auto text = reader.take(reader.u8());
    if (type == kCname) {
      chunk.cname.assign(reinterpret_cast<const char*>(text.data()), text.size());
    }
  }
  if (!reader.ok()) return false;
  reader.skip((4 - (body_size - reader.left()) % 4) % 4);
  return reader.ok();
}

bool read_source_descriptions(const Part& part, std::vector<RtcpPacket>& out) {
  ByteReader reader(part.body);
  for (std::size_t i = 0; i < part.count; ++i) {
    SourceDescription chunk;
    if (!read_chunk(reader, part.body.size(), chunk)) return false;
    out.emplace_back(std::move(chunk));
  }
  return true;
}

bool read_bye(const Part& part, std::vector<RtcpPacket>& out) {
  ByteReader reader(part.body);
  Bye bye;
  for (std::size_t i = 0; i < part.count; ++i) bye.ssrcs.push_back(reader.u32());
  if (reader.ok() && reader.left() != 0) {
    const auto text = reader.take(reader.u8());
    bye.reason.assign(reinterpret_cast<const char*>(text.data()), text.size());
  }
  out.emplace_back(std::move(bye));
  return reader.ok();
}

bool read_extended(const Part& part, std::vector<RtcpPacket>& out) {
  auto report = read_extended_report(part.body);
  if (report) out.emplace_back(*std::move(report));
  return report.has_value();
}

bool read_part(const Part& part, std::vector<RtcpPacket>& out) {
  switch (part.type) {
    case kSr:
      return read_sender_report(part, out);
    case kRr:
      return read_receiver_report(part, out);
    case kSdes:
      return read_source_descriptions(part, out);
    case kBye:
      return read_bye(part, out);
    case kXr:
      return read_extended(part, out);
    default:
      return true;  // APP, feedback: not for us, but no fault
  }
}

Result<Part> next_part(ByteReader& reader) {
  const unsigned first = reader.u8();
  Part part{.count = first & 0x1fU, .type = reader.u8(), .body = {}};
  const std::size_t words = reader.u16();
  part.body = reader.take(4 * words);
  if (!reader.ok()) return malformed("RTCP: cut off");
  if (first >> 6U != 2) return malformed("RTCP: version is not 2");
  if ((first & 0x20U) != 0) {  // only the last packet of a compound may be padded (A.2)
    const std::size_t padding =
        part.body.empty() ? 0 : std::to_integer<std::size_t>(part.body.back());
    if (reader.left() != 0 || padding == 0 || padding > part.body.size()) {
      return malformed("RTCP: wrong padding");
    }
    part.body = part.body.first(part.body.size() - padding);
  }
  return part;
}

void write_part_head(ByteWriter& writer, std::size_t count, std::uint8_t type, std::size_t words) {
  GODWIT_ASSERT(count <= kMaxCount);
  writer.u8(static_cast<std::uint8_t>(0x80U | count));
  writer.u8(type);
  writer.u16(static_cast<std::uint16_t>(words));
}

void write_blocks(ByteWriter& writer, const std::vector<ReportBlock>& blocks) {
  constexpr std::int32_t kMostLost = 0x7fffff;  // 24 bits, RFC 3550 §6.4.1 clamps them
  for (const ReportBlock& block : blocks) {
    writer.u32(block.ssrc);
    writer.u8(block.fraction_lost);
    writer.u24(
        static_cast<std::uint32_t>(std::clamp(block.cumulative_lost, -kMostLost - 1, kMostLost)) &
        0xffffffU);
    writer.u32(block.highest_sequence);
    writer.u32(block.jitter);
    writer.u32(block.last_sr);
    writer.u32(block.delay_since_last_sr);
  }
}

void write_part(ByteWriter& writer, const SenderReport& report) {
  write_part_head(writer, report.blocks.size(), kSr, 6 + 6 * report.blocks.size());
  writer.u32(report.ssrc);
  writer.u64(report.ntp);
  writer.u32(report.rtp_timestamp);
  writer.u32(report.packets);
  writer.u32(report.octets);
  write_blocks(writer, report.blocks);
}

void write_part(ByteWriter& writer, const ReceiverReport& report) {
  write_part_head(writer, report.blocks.size(), kRr, 1 + 6 * report.blocks.size());
  writer.u32(report.ssrc);
  write_blocks(writer, report.blocks);
}

void write_part(ByteWriter& writer, const SourceDescription& chunk) {
  const auto text =
      std::as_bytes(std::span{chunk.cname}).first(std::min(chunk.cname.size(), kMaxText));
  const std::size_t words = (2 + text.size()) / 4 + 1;  // at least one null byte ends the items
  write_part_head(writer, 1, kSdes, 1 + words);
  writer.u32(chunk.ssrc);
  writer.u8(kCname);
  writer.u8(static_cast<std::uint8_t>(text.size()));
  writer.bytes(text);
  for (std::size_t i = 2 + text.size(); i < 4 * words; ++i) writer.u8(0);
}

void write_part(ByteWriter& writer, const Bye& bye) {
  const auto text =
      std::as_bytes(std::span{bye.reason}).first(std::min(bye.reason.size(), kMaxText));
  const std::size_t words = text.empty() ? 0 : text.size() / 4 + 1;  // with the byte of its length
  write_part_head(writer, bye.ssrcs.size(), kBye, bye.ssrcs.size() + words);
  for (const std::uint32_t ssrc : bye.ssrcs) writer.u32(ssrc);
  if (text.empty()) return;
  writer.u8(static_cast<std::uint8_t>(text.size()));
  writer.bytes(text);
  for (std::size_t i = 1 + text.size(); i < 4 * words; ++i) writer.u8(0);
}

void write_part(ByteWriter& writer, const ExtendedReport& report) {
  write_part_head(writer, 0, kXr, size_of(report) / 4);
  write_extended_report(writer, report);
}

/// A.2: what a packet may begin with.
bool may_begin(std::uint8_t type, RtcpForm form) {
  constexpr std::uint8_t kLast = 223;  // RFC 5761 §4: of all that are RTCP
  if (type == kSr || type == kRr) return true;
  return form == RtcpForm::reduced_size && type > kRr && type <= kLast;
}

}  // namespace

Result<std::vector<RtcpPacket>> parse_rtcp(std::span<const std::byte> bytes, RtcpForm form) {
  std::vector<RtcpPacket> packets;
  ByteReader reader(bytes);
  std::size_t parts = 0;
  do {
    const Result<Part> part = next_part(reader);
    if (!part) return tl::unexpected(part.error());
    if (parts == 0 && !may_begin(part->type, form)) {
      return malformed("RTCP: does not begin with a report");
    }
    if (++parts > limits::kRtcpParts) return malformed("RTCP: too many parts");
    if (!read_part(*part, packets)) return malformed("RTCP: more items than bytes");
  } while (reader.left() != 0);
  return packets;
}

std::vector<std::byte> write_rtcp(const std::vector<RtcpPacket>& packets) {
  std::vector<std::byte> out(kMaxCompound);
  ByteWriter writer(out);
  for (const RtcpPacket& packet : packets) {
    std::visit([&writer](const auto& part) { write_part(writer, part); }, packet);
  }
  GODWIT_ASSERT(writer.ok());
  out.resize(writer.size());
  return out;
}

std::uint64_t to_ntp(TimePoint now) {
  constexpr std::uint64_t kNanos = 1'000'000'000;
  const auto nanos = static_cast<std::uint64_t>(now.time_since_epoch().count());
  return (nanos / kNanos) << 32U | ((nanos % kNanos) << 32U) / kNanos;
}

}  // namespace godwit::rtp
