// SPDX-License-Identifier: Apache-2.0
#include "ogg_opus.h"

#include <algorithm>
#include <string_view>

namespace {

using Bytes = std::vector<std::byte>;

constexpr std::size_t kPageHead = 27;
constexpr std::size_t kCheckAt = 22;
constexpr std::size_t kSegment = 255;
constexpr std::uint64_t kSamples = 960;  // of a packet

void put(Bytes& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i, value >>= 8U)
    out.push_back(static_cast<std::byte>(value & 0xffU));
}

void put(Bytes& out, std::string_view text) {
  for (const char c : text) out.push_back(static_cast<std::byte>(c));
}

/// The check sum of RFC 3533 §6: polynomial 0x04c11db7, not reflected.
std::uint32_t check_of(const Bytes& page) {
  std::uint32_t sum = 0;
  for (const std::byte b : page) {
    sum ^= std::to_integer<std::uint32_t>(b) << 24U;
    for (int i = 0; i < 8; ++i)
      sum = (sum & 0x80000000U) != 0 ? sum << 1U ^ 0x04c11db7U : sum << 1U;
  }
  return sum;
}

struct Page {
  unsigned flags = 0;  // 2: the first, 4: the last
  std::uint64_t position = 0;
  std::uint32_t number = 0;
};

/// A page of one packet, at most 254 times 255 bytes.
void put_page(Bytes& out, const Page& page, const Bytes& packet) {
  Bytes bytes;
  put(bytes, "OggS");
  put(bytes, 0, 1);
  put(bytes, page.flags, 1);
  put(bytes, page.position, 8);
  put(bytes, 1, 4);  // the stream
  put(bytes, page.number, 4);
  put(bytes, 0, 4);
  put(bytes, packet.size() / kSegment + 1, 1);
  for (std::size_t i = 0; i < packet.size() / kSegment; ++i) put(bytes, kSegment, 1);
  put(bytes, packet.size() % kSegment, 1);
  bytes.insert(bytes.end(), packet.begin(), packet.end());
  Bytes check;
  put(check, check_of(bytes), 4);
  std::copy(check.begin(), check.end(), bytes.begin() + kCheckAt);
  out.insert(out.end(), bytes.begin(), bytes.end());
}

/// All packets of the one stream, heads included.
std::optional<std::vector<Bytes>> read_packets(std::span<const std::byte> file) {
  std::vector<Bytes> packets(1);
  while (!file.empty()) {
    if (file.size() < kPageHead) return std::nullopt;
    const auto count = std::to_integer<std::size_t>(file[kPageHead - 1]);
    if (file.size() < kPageHead + count) return std::nullopt;
    const auto segments = file.subspan(kPageHead, count);
    file = file.subspan(kPageHead + count);
    for (const std::byte segment : segments) {
      const auto size = std::to_integer<std::size_t>(segment);
      if (file.size() < size) return std::nullopt;
      packets.back().insert(packets.back().end(), file.begin(),
                            file.begin() + static_cast<std::ptrdiff_t>(size));
      file = file.subspan(size);
      if (size < kSegment) packets.emplace_back();
    }
  }
  packets.pop_back();
  return packets;
}

}  // namespace

std::optional<OggOpus> read_ogg_opus(std::span<const std::byte> file) {
  auto packets = read_packets(file);
  if (!packets || packets->size() < 2 || packets->front().size() < 19) return std::nullopt;
  const Bytes& head = packets->front();
  OggOpus opus;
  opus.pre_skip = std::to_integer<std::size_t>(head[10]) | std::to_integer<std::size_t>(head[11])
                                                               << 8U;
  opus.packets.assign(packets->begin() + 2, packets->end());
  return opus;
}

std::vector<std::byte> write_ogg_opus(const OggOpus& opus) {
  Bytes out;
  Bytes head;
  put(head, "OpusHead");
  put(head, 1, 1);  // version
  put(head, 1, 1);  // channels
  put(head, opus.pre_skip, 2);
  put(head, 48'000, 4);
  put(head, 0, 3);  // gain, mapping
  put_page(out, {.flags = 2, .position = 0, .number = 0}, head);
  Bytes tags;
  put(tags, "OpusTags");
  put(tags, 6, 4);
  put(tags, "godwit");
  put(tags, 0, 4);
  put_page(out, {.flags = 0, .position = 0, .number = 1}, tags);
  for (std::size_t i = 0; i < opus.packets.size(); ++i) {
    const bool last = i + 1 == opus.packets.size();
    put_page(out,
             {.flags = last ? 4U : 0U,
              .position = (i + 1) * kSamples,
              .number = static_cast<std::uint32_t>(i + 2)},
             opus.packets[i]);
  }
  return out;
}
