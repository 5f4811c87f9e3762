// SPDX-License-Identifier: Apache-2.0
#include "lab/tcp_stream.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "lab/ip_packet.h"

namespace godwit::lab {
namespace {

constexpr std::uint8_t kSyn = 0x02;
constexpr std::uint8_t kAck = 0x10;

struct Segment {
  net::SocketAddress source;
  net::SocketAddress destination;
  std::uint32_t sequence = 0;
  std::uint8_t flags = 0;
  PacketBytes payload;
};

std::optional<Segment> read_segment(const CapturedPacket& packet) {
  const auto ip = read_ip(packet.bytes);
  if (!ip || ip->protocol != kIpTcp || ip->payload.size() < 20) return std::nullopt;
  const PacketBytes tcp = ip->payload;
  const std::size_t head = static_cast<std::size_t>(tcp[12] >> 4) * 4;
  if (head < 20 || tcp.size() < head) return std::nullopt;
  return Segment{{ip->source, u16(tcp, 0)},
                 {ip->destination, u16(tcp, 2)},
                 u32(tcp, 4),
                 tcp[13],
                 tcp.subspan(head)};
}

/// Puts one direction in order.
class Assembly {
 public:
  Assembly(TcpStream& stream, std::uint32_t next) : stream_(&stream), next_(next) {}

  void take(const Segment& segment, std::int64_t time_ns) {
    if (segment.payload.empty()) return;
    waiting_.emplace_back(segment.sequence,
                          std::string(segment.payload.begin(), segment.payload.end()));
    std::string fresh;
    while (auto more = in_order()) fresh += *more;
    if (!fresh.empty()) stream_->pieces.push_back({time_ns, std::move(fresh)});
  }

 private:
  // The next bytes, if they are there; what was there before is dropped.
  std::optional<std::string> in_order() {
    for (auto at = waiting_.begin(); at != waiting_.end();) {
      const auto ahead = static_cast<std::int32_t>(at->first - next_);
      const auto size = static_cast<std::int32_t>(at->second.size());
      if (ahead + size <= 0) {
        at = waiting_.erase(at);
        continue;
      }
      if (ahead <= 0) {
        std::string bytes = at->second.substr(static_cast<std::size_t>(-ahead));
        next_ += static_cast<std::uint32_t>(bytes.size());
        waiting_.erase(at);
        return bytes;
      }
      ++at;
    }
    return std::nullopt;
  }

  TcpStream* stream_;
  std::uint32_t next_;
  std::vector<std::pair<std::uint32_t, std::string>> waiting_;
};

using Ends = std::pair<net::SocketAddress, net::SocketAddress>;

}  // namespace

std::vector<TcpStream> tcp_streams(const std::vector<CapturedPacket>& packets) {
  std::vector<std::unique_ptr<TcpStream>> all;
  std::map<Ends, std::pair<TcpStream*, Assembly>> open;
  for (const CapturedPacket& packet : packets) {
    const auto segment = read_segment(packet);
    if (!segment) continue;
    const Ends ends{segment->source, segment->destination};
    const bool syn = (segment->flags & kSyn) != 0;
    auto known = open.find(ends);
    // A SYN that is no repetition begins another connection of the same ports.
    if (known == open.end() || (syn && known->second.first->established)) {
      all.push_back(std::make_unique<TcpStream>());
      TcpStream& stream = *all.back();
      stream.source = segment->source;
      stream.destination = segment->destination;
      stream.sent = packet.way == PacketWay::sent;
      stream.opened_ns = packet.time_ns;
      stream.opened_here = syn && (segment->flags & kAck) == 0;
      const std::uint32_t first = segment->sequence + (syn ? 1U : 0U);
      known = open.insert_or_assign(ends, std::pair{&stream, Assembly(stream, first)}).first;
    }
    auto& [stream, assembly] = known->second;
    if (!syn) stream->established = true;
    assembly.take(*segment, packet.time_ns);
  }
  std::vector<TcpStream> streams;
  for (auto& stream : all) streams.push_back(std::move(*stream));
  return streams;
}

}  // namespace godwit::lab
