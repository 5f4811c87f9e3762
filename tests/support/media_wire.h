// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "audio/memory_port.h"
#include "audio/tone_source.h"
#include "media/session.h"
#include "rtp/packet.h"
#include "support/wall_clock.h"

namespace godwit::test {

/// Where the far end of a session takes packets, and the paths to it.
inline const net::SocketAddress kRemote{net::IpAddress::v4({192, 0, 2, 9}), 4000};
inline constexpr media::PathId kWifi{1};
inline constexpr media::PathId kLte{2};

/// A packet that a session handed over.
struct SentPacket {
  TimePoint at{};
  media::PathId path;
  media::Channel channel = media::Channel::rtp;
  net::SocketAddress to;
  std::vector<std::byte> bytes;

  [[nodiscard]] rtp::Packet rtp() const { return rtp::parse_packet(bytes).value(); }
};

/// One media session with its sockets, and everything that it did.
struct MediaEnd {
  std::unique_ptr<media::Session> session;
  std::shared_ptr<audio::MemorySink::Recording> heard =
      std::make_shared<audio::MemorySink::Recording>();
  std::map<media::PathId, net::SocketAddress> paths;
  std::set<media::PathId> refusing;  // the kernel says no
  std::vector<SentPacket> sent;      // what the kernel took
  std::vector<std::pair<TimePoint, media::Notice>> notices;

  /// RTP packets that left, by any path.
  [[nodiscard]] std::vector<SentPacket> sent_rtp() const {
    std::vector<SentPacket> out;
    std::ranges::copy_if(sent, std::back_inserter(out),
                         [](const SentPacket& p) { return p.channel == media::Channel::rtp; });
    return out;
  }
  template <class Notice>
  [[nodiscard]] std::vector<Notice> told() const {
    std::vector<Notice> out;
    for (const auto& [at, notice] : notices) {
      if (const auto* const one = std::get_if<Notice>(&notice)) out.push_back(*one);
    }
    return out;
  }
};

/// Media sessions joined by a network in virtual time.
class MediaWire {
 public:
  /// The delay of a packet, or nothing when it is lost.
  using Fate = std::function<std::optional<Duration>(const SentPacket&, net::SocketAddress from)>;

  explicit MediaWire(std::uint64_t seed = 1) : random_(seed) {}

  MediaEnd& add_end(int tone_hz) { return add_end(std::make_unique<audio::ToneSource>(tone_hz)); }
  MediaEnd& add_end(std::unique_ptr<audio::Source> source) {
    auto& end = *ends_.emplace_back(std::make_unique<MediaEnd>());
    end.session = std::make_unique<media::Session>(
        media::SessionOptions{.id = {},
                              .cname = random_.token(8),
                              .source = std::move(source),
                              .sink = std::make_unique<audio::MemorySink>(end.heard),
                              .kit = kit,
                              .suites = suites},
        random_, now_);
    return end;
  }
  void open_path(MediaEnd& end, media::PathId path, const net::SocketAddress& local) {
    end.paths[path] = local;
    end.session->add_path(path);
  }

  /// Of the ends that are added from now on; null: without a certificate.
  std::shared_ptr<const media::Kit> kit;
  std::vector<srtp::Suite> suites;

  [[nodiscard]] TimePoint now() const { return now_; }
  Random& random() { return random_; }
  Fate fate = [](const SentPacket&, net::SocketAddress) { return Duration{kDelay}; };
  /// Addresses where nothing arrives and from where nothing leaves, without anybody being told.
  std::set<net::IpAddress> dead;

  void run(Duration span) {
    const TimePoint until = now_ + span;
    flush();
    while (const auto next = next_event(until)) {
      now_ = std::max(now_, *next);
      WallClock::set(now_);
      deliver();
      for (const auto& end : ends_) end->session->on_timeout(now_);
      flush();
    }
    now_ = until;
  }
  void flush() {
    for (const auto& end : ends_) flush(*end);
  }

  static constexpr std::chrono::milliseconds kDelay{25};

 private:
  struct Delivery {
    net::SocketAddress from;
    SentPacket packet;
  };

  std::optional<TimePoint> next_event(TimePoint until) const {
    TimePoint next = until + Duration{1};
    if (!under_way_.empty()) next = std::min(next, under_way_.begin()->first);
    for (const auto& end : ends_) {
      if (const auto deadline = end->session->next_deadline()) next = std::min(next, *deadline);
    }
    if (next > until) return std::nullopt;
    return next;
  }
  void flush(MediaEnd& end) {
    while (const auto transmit = end.session->poll_transmit()) {
      if (end.refusing.contains(transmit->path)) {
        end.session->on_send_failed(transmit->path, now_);
        continue;
      }
      SentPacket packet{.at = now_,
                        .path = transmit->path,
                        .channel = transmit->channel,
                        .to = transmit->to,
                        .bytes = {transmit->bytes.begin(), transmit->bytes.end()}};
      end.sent.push_back(packet);
      net::SocketAddress from = end.paths.at(transmit->path);
      if (transmit->channel == media::Channel::rtcp) ++from.port;
      const auto delay = fate(packet, from);
      if (!delay || dead.contains(from.address)) continue;
      under_way_.emplace(now_ + *delay, Delivery{.from = from, .packet = std::move(packet)});
    }
    for (media::Notice& notice : end.session->take_notices()) {
      end.notices.emplace_back(now_, std::move(notice));
    }
  }
  void deliver() {
    while (!under_way_.empty() && under_way_.begin()->first <= now_) {
      const auto node = under_way_.extract(under_way_.begin());
      deliver(node.mapped());
    }
  }
  void deliver(const Delivery& delivery) {
    net::SocketAddress to = delivery.packet.to;
    if (dead.contains(to.address)) return;
    if (delivery.packet.channel == media::Channel::rtcp) --to.port;
    for (const auto& end : ends_) {
      for (const auto& [path, local] : end->paths) {
        if (local != to) continue;
        end->session->on_packet(
            {path, delivery.packet.channel, delivery.from, delivery.packet.bytes, now_}, now_);
      }
    }
  }

  TimePoint now_{std::chrono::seconds{1000}};
  SeededRandom random_;
  std::vector<std::unique_ptr<MediaEnd>> ends_;
  std::multimap<TimePoint, Delivery> under_way_;
};

/// An agreement on PCMU and telephone-event, both ways unless said otherwise.
inline sdp::Agreement agree_with(const net::SocketAddress& remote,
                                 sdp::Direction direction = sdp::Direction::sendrecv) {
  return {.remote = remote,
          .send = {.payload_type = 0, .name = "PCMU", .clock_rate = 8000, .channels = 1},
          .receive = {.payload_type = 0, .name = "PCMU", .clock_rate = 8000, .channels = 1},
          .send_telephone_event = 101,
          .receive_telephone_event = 101,
          .direction = direction};
}

}  // namespace godwit::test
