// SPDX-License-Identifier: Apache-2.0
#include "wire_sound.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "lab/ip_packet.h"
#include "net/socket_address.h"

namespace godwit::lab {
namespace {

/// How unevenly bytes are spread: about 1 for what is encrypted, far more for the rest.
class Spread {
 public:
  void add(PacketBytes bytes) {
    for (const std::uint8_t byte : bytes) {
      ++count_[byte];
      ++all_;
    }
  }
  /// Chi-square over its degrees of freedom; its deviation is 0.09, however few bytes there are.
  [[nodiscard]] double unevenness() const {
    const double expected = static_cast<double>(all_) / static_cast<double>(count_.size());
    double sum = 0;
    for (const int count : count_) sum += (count - expected) * (count - expected);
    return all_ == 0 ? 0 : sum / expected / static_cast<double>(count_.size() - 1);
  }

 private:
  std::array<int, 256> count_{};
  int all_ = 0;
};

struct Stream {
  int packets = 0;
  Spread all;    // tells a tone in G.711 or G.722
  Spread first;  // tells Opus, whose first byte is the same in each packet
  bool seen_plain = false;

  [[nodiscard]] bool plain() const {
    constexpr double kMost = 1.5;
    return seen_plain || all.unevenness() > kMost || first.unevenness() > kMost;
  }
};

// RFC 3550 §5.1, §5.3.1: what follows the header.
PacketBytes payload_of(PacketBytes rtp) {
  constexpr std::uint8_t kExtended = 0x10;
  std::size_t at = 12 + 4 * std::size_t{rtp[0] & 0x0fU};
  if ((rtp[0] & kExtended) != 0 && at + 4 <= rtp.size())
    at += 4 + 4 * std::size_t{u16(rtp, at + 2)};
  return rtp.subspan(std::min(at, rtp.size()));
}

// RFC 3550 §6.1: headers whose lengths lead to the end of the datagram; encrypted, they lead
// nowhere.
bool is_plain_rtcp(PacketBytes bytes) {
  while (bytes.size() >= 4 && bytes[0] >> 6 == 2) {
    const std::size_t size = 4 * (std::size_t{u16(bytes, 2)} + 1);
    if (size > bytes.size()) return false;
    bytes = bytes.subspan(size);
  }
  return bytes.empty();
}

/// RFC 5761 §4 and RFC 7983 §7; nothing for what is not of the sound.
std::optional<std::string> kind_of(PacketBytes bytes) {
  if (bytes.size() < 12) return std::nullopt;
  if (bytes[0] >= 20 && bytes[0] <= 63 && bytes[1] == 0xfe) return "dtls";
  if (bytes[0] >> 6 != 2) return std::nullopt;
  if (bytes[1] >= 192 && bytes[1] <= 223) return "rtcp";
  return "rtp";
}

/// What tells one stream from another.
struct Name {
  bool sent = false;
  std::string kind, ends, type;
  bool early = false;
  auto operator<=>(const Name&) const = default;
};
using Streams = std::map<Name, Stream>;

void add(Stream& stream, const std::string& kind, PacketBytes bytes) {
  ++stream.packets;
  if (kind == "rtcp") stream.seen_plain |= is_plain_rtcp(bytes);
  if (kind != "rtp") return;
  const PacketBytes payload = payload_of(bytes);
  stream.all.add(payload);
  stream.first.add(payload.first(std::min<std::size_t>(payload.size(), 1)));
}

/// The far end begins its handshake: what it said there before was said without keys.
void note_early(Streams& streams, const Name& dtls) {
  if (dtls.sent || streams.count(dtls) != 0) return;
  std::vector<Name> before;
  for (const auto& [name, stream] : streams) {
    if (!name.sent && name.kind == "rtp" && name.ends == dtls.ends) before.push_back(name);
  }
  for (const Name& name : before) {
    auto node = streams.extract(name);
    node.key().early = true;
    streams.insert(std::move(node));
  }
}

std::string look_of(const Name& name, const Stream& stream) {
  if (name.kind == "dtls") return "";
  if (name.early) return " early";
  return stream.plain() ? " plain" : " secret";
}

}  // namespace

std::vector<std::string> sound_lines(const std::vector<CapturedPacket>& packets) {
  constexpr std::uint16_t kDnsPort = 53;
  Streams streams;
  for (const CapturedPacket& packet : packets) {
    const auto ip = read_ip(packet.bytes);
    if (!ip || ip->protocol != kIpUdp || ip->payload.size() < 8) continue;
    const std::uint16_t from = u16(ip->payload, 0);
    const std::uint16_t to = u16(ip->payload, 2);
    const PacketBytes bytes = ip->payload.subspan(8);
    const auto kind = kind_of(bytes);
    if (!kind || from == kDnsPort || to == kDnsPort) continue;
    Name name;
    name.sent = packet.way == PacketWay::sent;
    name.kind = *kind;
    name.ends = to_string(net::SocketAddress{ip->source, from}) + " " +
                to_string(net::SocketAddress{ip->destination, to});
    if (*kind == "rtp") name.type = " PT=" + std::to_string(bytes[1] & 0x7f);
    if (*kind == "dtls") note_early(streams, name);
    add(streams[name], *kind, bytes);
  }
  std::vector<std::string> lines;
  for (const auto& [name, stream] : streams) {
    const std::string way = name.sent ? "sent " : "came ";
    lines.push_back(way + name.kind + " " + name.ends + name.type + " " +
                    std::to_string(stream.packets) + look_of(name, stream));
  }
  return lines;
}

}  // namespace godwit::lab
