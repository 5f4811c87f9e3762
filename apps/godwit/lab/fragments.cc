// SPDX-License-Identifier: Apache-2.0
#include "lab/fragments.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "lab/ip_packet.h"

namespace godwit::lab {
namespace {

constexpr std::size_t kV6Head = 40;
constexpr std::size_t kV6FragmentHead = 8;
constexpr std::uint8_t kV6Fragment = 44;

struct Piece {
  std::string whole;     // what it is a piece of: addresses, number and protocol
  std::size_t head = 0;  // bytes before what is cut up
  std::size_t body = 0;  // where that begins in this packet
  std::size_t end = 0;
  std::size_t offset = 0;
  bool more = false;
};

std::string text_of(PacketBytes bytes, std::size_t from, std::size_t size) {
  const auto* const start = reinterpret_cast<const char*>(bytes.data()) + from;
  return {start, size};
}

std::optional<Piece> v4_piece(PacketBytes ip) {
  const std::size_t head = static_cast<std::size_t>(ip[0] & 0x0f) * 4;
  if (head < 20 || ip.size() < head || (u16(ip, 6) & 0x3fff) == 0) return std::nullopt;
  return Piece{text_of(ip, 12, 8) + text_of(ip, 4, 2) + text_of(ip, 9, 1),
               head,
               head,
               std::clamp<std::size_t>(u16(ip, 2), head, ip.size()),
               (u16(ip, 6) & 0x1fffU) * 8U,
               (u16(ip, 6) & 0x2000) != 0};
}

std::optional<Piece> v6_piece(PacketBytes ip) {
  constexpr std::size_t kBody = kV6Head + kV6FragmentHead;
  if (ip.size() < kBody || ip[6] != kV6Fragment) return std::nullopt;
  const std::uint16_t place = u16(ip, kV6Head + 2);
  return Piece{text_of(ip, 8, 32) + text_of(ip, kV6Head + 4, 4),
               kV6Head,
               kBody,
               std::clamp<std::size_t>(kV6Head + u16(ip, 4), kBody, ip.size()),
               place & 0xfff8U,
               (place & 1) != 0};
}

std::optional<Piece> read_piece(PacketBytes ip) {
  if (ip.empty()) return std::nullopt;
  return ip[0] >> 4 == 4 ? v4_piece(ip) : v6_piece(ip);
}

/// One packet as its pieces come.
struct Joining {
  std::size_t place = 0;  // in the list, of its first piece
  std::map<std::size_t, std::vector<std::uint8_t>> bodies;
  std::optional<std::size_t> size;

  [[nodiscard]] std::optional<std::vector<std::uint8_t>> whole() const {
    std::vector<std::uint8_t> all;
    for (const auto& [offset, body] : bodies) {
      if (offset > all.size()) return std::nullopt;
      all.resize(offset);
      all.insert(all.end(), body.begin(), body.end());
    }
    if (!size || all.size() < *size) return std::nullopt;
    return all;
  }
};

// The head of the first piece, told that nothing is cut up any more.
void mend_head(std::vector<std::uint8_t>& head, std::uint8_t next, std::size_t body) {
  const bool v4 = head[0] >> 4 == 4;
  const std::size_t length = v4 ? head.size() + body : body;
  const std::size_t length_at = v4 ? 2 : 4;
  head[length_at] = static_cast<std::uint8_t>(length >> 8);
  head[length_at + 1] = static_cast<std::uint8_t>(length);
  if (v4) {
    head[6] = head[7] = 0;
  } else {
    head[6] = next;
  }
}

}  // namespace

std::vector<CapturedPacket> joined_fragments(const std::vector<CapturedPacket>& packets) {
  std::vector<std::optional<CapturedPacket>> all;
  std::map<std::string, Joining> joining;
  for (const CapturedPacket& packet : packets) {
    const auto piece = read_piece(packet.bytes);
    all.emplace_back();
    if (!piece) {
      all.back() = packet;
      continue;
    }
    const std::string name = piece->whole + (packet.way == PacketWay::sent ? "s" : "r");
    Joining& one = joining.try_emplace(name, Joining{all.size() - 1, {}, {}}).first->second;
    const auto body = packet.bytes.begin() + static_cast<std::ptrdiff_t>(piece->body);
    const auto end = packet.bytes.begin() + static_cast<std::ptrdiff_t>(piece->end);
    one.bodies.insert_or_assign(piece->offset, std::vector<std::uint8_t>(body, end));
    if (!piece->more) one.size = piece->offset + (piece->end - piece->body);
    const auto whole = one.whole();
    if (!whole) continue;
    CapturedPacket made = packet;
    made.bytes.resize(piece->head);
    mend_head(made.bytes, packet.bytes.size() > kV6Head ? packet.bytes[kV6Head] : 0, whole->size());
    made.bytes.insert(made.bytes.end(), whole->begin(), whole->end());
    all[one.place] = std::move(made);
    joining.erase(name);
  }
  std::vector<CapturedPacket> joined;
  for (auto& packet : all) {
    if (packet) joined.push_back(std::move(*packet));
  }
  return joined;
}

}  // namespace godwit::lab
