// SPDX-License-Identifier: Apache-2.0
#include "lab/sip_bytes.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

#include "lab/fragments.h"
#include "lab/ip_packet.h"

namespace godwit::lab {
namespace {

bool begins_like_sip(std::string_view text) {
  const auto line = text.substr(0, text.find_first_of("\r\n"));
  return line.starts_with("SIP/2.0 ") || line.ends_with(" SIP/2.0");
}

std::optional<SipBytes> from_datagram(const CapturedPacket& packet) {
  const auto ip = read_ip(packet.bytes);
  if (!ip || ip->protocol != kIpUdp || ip->payload.size() < 8) return std::nullopt;
  const auto body = ip->payload.subspan(8);
  std::string text(body.begin(), body.end());
  if (!begins_like_sip(text)) return std::nullopt;
  return SipBytes{{packet.time_ns,
                   packet.way == PacketWay::sent,
                   {ip->source, u16(ip->payload, 0)},
                   {ip->destination, u16(ip->payload, 2)},
                   net::Transport::udp},
                  std::move(text)};
}

std::size_t body_length(std::string_view head) {
  std::string lower(head);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const std::string_view name : {"\ncontent-length:", "\nl:"}) {
    const auto at = lower.find(name);
    if (at == std::string::npos) continue;
    auto digits = lower.find_first_not_of(" \t", at + name.size());
    if (digits == std::string::npos) continue;
    std::size_t length = 0;
    std::from_chars(lower.data() + digits, lower.data() + lower.size(), length);
    return length;
  }
  return 0;
}

/// Cuts one direction of a stream into messages, by Content-Length.
class Cutter {
 public:
  Cutter(const TcpStream& stream, net::Transport transport)
      : stream_(stream), transport_(transport) {}

  std::vector<SipBytes> cut() {
    std::vector<SipBytes> messages;
    for (const StreamPiece& piece : stream_.pieces) {
      if (rest_.empty()) begun_ns_ = piece.time_ns;
      rest_ += piece.bytes;
      while (auto text = whole_message()) {
        const std::int64_t time = stream_.sent ? begun_ns_ : piece.time_ns;
        messages.push_back(
            {{time, stream_.sent, stream_.source, stream_.destination, transport_}, *text});
        begun_ns_ = piece.time_ns;
      }
    }
    return messages;
  }

 private:
  std::optional<std::string> whole_message() {
    rest_.erase(0, std::min(rest_.find_first_not_of("\r\n"), rest_.size()));  // pings and pongs
    const auto end = rest_.find("\r\n\r\n");
    if (end == std::string::npos || !begins_like_sip(rest_)) return std::nullopt;
    const std::size_t size = end + 4 + body_length(std::string_view(rest_).substr(0, end));
    if (rest_.size() < size) return std::nullopt;
    std::string text = rest_.substr(0, size);
    rest_.erase(0, size);
    return text;
  }

  const TcpStream& stream_;
  net::Transport transport_;
  std::string rest_;
  std::int64_t begun_ns_ = 0;
};

bool is_tls(const TcpStream& stream) {
  return !stream.pieces.empty() && stream.pieces.front().bytes.starts_with("\x16\x03");
}

TcpStream* other_direction(std::vector<TcpStream>& streams, const TcpStream& of) {
  for (TcpStream& stream : streams) {
    if (stream.source == of.destination && stream.destination == of.source &&
        stream.opened_ns >= of.opened_ns) {
      return &stream;
    }
  }
  return nullptr;
}

void take(std::vector<SipBytes>& all, std::vector<SipBytes> more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

std::vector<SipBytes> sip_in(const std::vector<CapturedPacket>& packets, const TlsKeys& keys) {
  std::vector<SipBytes> all;
  for (const CapturedPacket& packet : joined_fragments(packets)) {
    if (auto message = from_datagram(packet)) all.push_back(std::move(*message));
  }
  auto streams = tcp_streams(packets);
  for (TcpStream& stream : streams) {
    if (!stream.opened_here) continue;
    TcpStream* const back = other_direction(streams, stream);
    if (back == nullptr) continue;
    const bool tls = is_tls(stream);
    if (tls && !decrypt_tls(stream, *back, keys)) continue;
    const auto transport = tls ? net::Transport::tls : net::Transport::tcp;
    take(all, Cutter(stream, transport).cut());
    take(all, Cutter(*back, transport).cut());
  }
  std::stable_sort(all.begin(), all.end(), [](const SipBytes& a, const SipBytes& b) {
    return a.at.time_ns < b.at.time_ns;
  });
  return all;
}

}  // namespace godwit::lab
