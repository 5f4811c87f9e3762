// SPDX-License-Identifier: Apache-2.0
#include "rtp/extended_report.h"

#include "base/assert.h"
#include "base/byte_reader.h"

namespace godwit::rtp {
namespace {

// Block types of RFC 3611 §4.
constexpr std::uint8_t kReferenceTime = 4;
constexpr std::uint8_t kReferenceEcho = 5;
constexpr std::uint8_t kVoipMetrics = 7;

constexpr std::size_t kHeadBytes = 4;
constexpr std::size_t kReferenceTimeBytes = 8;
constexpr std::size_t kEchoBytes = 12;
constexpr std::size_t kMetricsBytes = 32;
// As many as a report has blocks (RFC 3550 §6.4.1); what is more is passed over.
constexpr std::size_t kMost = 31;

VoipMetrics read_metrics(ByteReader& reader) {
  VoipMetrics metrics;
  metrics.ssrc = reader.u32();
  metrics.loss_rate = reader.u8();
  metrics.discard_rate = reader.u8();
  metrics.burst_density = reader.u8();
  metrics.gap_density = reader.u8();
  metrics.burst_duration = reader.u16();
  metrics.gap_duration = reader.u16();
  metrics.round_trip_delay = reader.u16();
  metrics.end_system_delay = reader.u16();
  metrics.signal_level = reader.u8();
  metrics.noise_level = reader.u8();
  metrics.residual_echo = reader.u8();
  metrics.gmin = reader.u8();
  metrics.r_factor = reader.u8();
  metrics.external_r_factor = reader.u8();
  metrics.mos_listening = reader.u8();
  metrics.mos_conversation = reader.u8();
  metrics.receiver_configuration = reader.u8();
  reader.skip(1);
  metrics.jitter_buffer_nominal = reader.u16();
  metrics.jitter_buffer_maximum = reader.u16();
  metrics.jitter_buffer_absolute = reader.u16();
  return metrics;
}

void read_echoes(ByteReader& reader, ExtendedReport& report) {
  while (reader.left() >= kEchoBytes && report.echoes.size() < kMost) {
    const std::uint32_t ssrc = reader.u32();
    const std::uint32_t last = reader.u32();
    report.echoes.push_back({.ssrc = ssrc, .last_reference = last, .delay = reader.u32()});
  }
}

bool read_block(std::uint8_t type, std::span<const std::byte> content, ExtendedReport& report) {
  ByteReader reader(content);
  switch (type) {
    case kReferenceTime:
      report.reference_time = reader.u64();
      return reader.ok();
    case kReferenceEcho:
      read_echoes(reader, report);
      return content.size() % kEchoBytes == 0;
    case kVoipMetrics: {
      const VoipMetrics metrics = read_metrics(reader);
      if (reader.ok() && report.metrics.size() < kMost) report.metrics.push_back(metrics);
      return reader.ok();
    }
    default:
      return true;  // RFC 3611 §2: a block of another type is skipped
  }
}

void write_block_head(ByteWriter& writer, std::uint8_t type, std::size_t bytes) {
  writer.u8(type);
  writer.u8(0);
  writer.u16(static_cast<std::uint16_t>(bytes / 4));
}

void write_metrics(ByteWriter& writer, const VoipMetrics& metrics) {
  write_block_head(writer, kVoipMetrics, kMetricsBytes);
  writer.u32(metrics.ssrc);
  writer.u8(metrics.loss_rate);
  writer.u8(metrics.discard_rate);
  writer.u8(metrics.burst_density);
  writer.u8(metrics.gap_density);
  writer.u16(metrics.burst_duration);
  writer.u16(metrics.gap_duration);
  writer.u16(metrics.round_trip_delay);
  writer.u16(metrics.end_system_delay);
  writer.u8(metrics.signal_level);
  writer.u8(metrics.noise_level);
  writer.u8(metrics.residual_echo);
  writer.u8(metrics.gmin);
  writer.u8(metrics.r_factor);
  writer.u8(metrics.external_r_factor);
  writer.u8(metrics.mos_listening);
  writer.u8(metrics.mos_conversation);
  writer.u8(metrics.receiver_configuration);
  writer.u8(0);
  writer.u16(metrics.jitter_buffer_nominal);
  writer.u16(metrics.jitter_buffer_maximum);
  writer.u16(metrics.jitter_buffer_absolute);
}

}  // namespace

std::optional<ExtendedReport> read_extended_report(std::span<const std::byte> body) {
  ByteReader reader(body);
  ExtendedReport report{.ssrc = reader.u32(), .reference_time = {}, .echoes = {}, .metrics = {}};
  while (reader.ok() && reader.left() != 0) {
    const std::uint8_t type = reader.u8();
    reader.skip(1);
    const auto content = reader.take(std::size_t{4} * reader.u16());
    if (!reader.ok() || !read_block(type, content, report)) return std::nullopt;
  }
  if (!reader.ok()) return std::nullopt;
  return report;
}

std::size_t size_of(const ExtendedReport& report) {
  std::size_t bytes = sizeof report.ssrc;
  if (report.reference_time) bytes += kHeadBytes + kReferenceTimeBytes;
  if (!report.echoes.empty()) bytes += kHeadBytes + report.echoes.size() * kEchoBytes;
  return bytes + report.metrics.size() * (kHeadBytes + kMetricsBytes);
}

void write_extended_report(ByteWriter& writer, const ExtendedReport& report) {
  GODWIT_ASSERT(report.echoes.size() <= kMost && report.metrics.size() <= kMost);
  writer.u32(report.ssrc);
  if (report.reference_time) {
    write_block_head(writer, kReferenceTime, kReferenceTimeBytes);
    writer.u64(*report.reference_time);
  }
  if (!report.echoes.empty()) {
    write_block_head(writer, kReferenceEcho, report.echoes.size() * kEchoBytes);
    for (const ReferenceEcho& echo : report.echoes) {
      writer.u32(echo.ssrc);
      writer.u32(echo.last_reference);
      writer.u32(echo.delay);
    }
  }
  for (const VoipMetrics& metrics : report.metrics) write_metrics(writer, metrics);
}

}  // namespace godwit::rtp
