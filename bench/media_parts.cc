// SPDX-License-Identifier: Apache-2.0
#include "media_parts.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <memory>
#include <utility>

#include "audio/codec_book.h"
#include "audio/tone_source.h"
#include "io/loop.h"
#include "io/poll_set.h"
#include "io/udp_socket.h"
#include "media/playout.h"
#include "rtp/packet.h"
#include "srtp/incoming.h"
#include "srtp/outgoing.h"

namespace bench {
namespace {

using namespace godwit;
using namespace std::chrono_literals;

constexpr int kRounds = 100;  // two seconds of sound
constexpr int kSamples = 160;

double processor_us() {
  timespec spent{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
  return static_cast<double>(spent.tv_sec) * 1e6 + static_cast<double>(spent.tv_nsec) / 1e3;
}

/// `run(stream, round)` for all of them: what one takes.
template <class F>
double time_of(unsigned streams, F run) {
  const double begin = processor_us();
  for (int round = 0; round < kRounds; ++round) {
    for (unsigned i = 0; i < streams; ++i) run(i, round);
  }
  return (processor_us() - begin) / kRounds / streams;
}

struct Sound {
  std::shared_ptr<const Codec> codec = audio::CodecBook().named("PCMU");
  std::array<std::int16_t, kSamples> samples{};
  std::array<std::byte, kSamples> payload{};

  [[nodiscard]] rtp::Packet packet(int number) const {
    return {.header = {.payload_type = 0,
                       .sequence = static_cast<std::uint16_t>(number),
                       .timestamp = static_cast<std::uint32_t>(number * kSamples),
                       .ssrc = 7},
            .payload = payload};
  }
};

double time_of_tone(unsigned streams, Sound& sound) {
  std::vector<audio::ToneSource> tones;
  for (unsigned i = 0; i < streams; ++i) tones.emplace_back(440);
  return time_of(streams, [&](unsigned i, int) { tones[i].read(sound.samples); });
}

double time_of_encoding(unsigned streams, Sound& sound) {
  std::vector<std::unique_ptr<Encoder>> encoders;
  for (unsigned i = 0; i < streams; ++i) {
    encoders.push_back(sound.codec->make_encoder(sound.codec->format(), 20ms));
  }
  return time_of(streams, [&](unsigned i, int) {
    static_cast<void>(encoders[i]->encode(sound.samples, sound.payload));
  });
}

double time_of_decoding(unsigned streams, Sound& sound) {
  std::vector<std::unique_ptr<Decoder>> decoders;
  for (unsigned i = 0; i < streams; ++i) decoders.push_back(sound.codec->make_decoder());
  return time_of(streams, [&](unsigned i, int) {
    static_cast<void>(decoders[i]->decode(sound.payload, sound.samples));
  });
}

double time_of_playout(unsigned streams, Sound& sound) {
  std::deque<media::Playout> playouts(streams);
  for (auto& playout : playouts) playout.understand(0, sound.codec);
  return time_of(streams, [&](unsigned i, int round) {
    const TimePoint now = TimePoint{100s} + round * 20ms;
    playouts[i].push(sound.packet(round), now);
    playouts[i].pull(sound.samples, now + 4ms);
  });
}

double time_of_srtp(unsigned streams, srtp::Suite suite, const Sound& sound) {
  const auto sizes = srtp::sizes_of(suite);
  const std::vector<std::uint8_t> bytes(sizes.key + sizes.salt, 5);
  const srtp::MasterKey key(suite, bytes);
  std::vector<srtp::Outgoing> out;
  std::vector<srtp::Incoming> in;
  for (unsigned i = 0; i < streams; ++i) {
    out.emplace_back(7).use(key);
    in.emplace_back().use(key, TimePoint{100s});
  }
  std::vector<std::byte> wire(rtp::kHeaderSize + kSamples + srtp::Outgoing::kMostAdded);
  return time_of(streams, [&](unsigned i, int round) {
    const auto packet = sound.packet(round);
    rtp::write_header(packet.header, wire);
    const auto size = out[i].protect_rtp(wire, rtp::kHeaderSize + kSamples);
    if (!size || !in[i].open_rtp(std::span{wire}.first(*size), TimePoint{100s})) std::exit(1);
  });
}

struct SocketTimes {
  double send = 0, receive = 0;
};

// The far ends' sockets are in this process, too, with a loop of their own. Packets come one at a
// time and socket, as those of calls do.
SocketTimes time_of_sockets(unsigned streams) {
  io::Loop loop;
  std::uint64_t heard = 0;
  auto set = io::PollSet::make(loop, [] {});
  if (!set) std::exit(1);
  const net::IpAddress loopback = *net::IpAddress::parse("127.0.0.1");
  std::vector<io::UdpSocket> near, far;
  const auto open = [&](std::vector<io::UdpSocket>& where) {
    io::UdpOptions options;
    options.among = &*set;
    io::UdpHandlers handlers;
    handlers.on_datagram = [&heard](const io::Datagram&) { ++heard; };
    handlers.on_unreachable = [](const net::SocketAddress&, std::error_code) {};
    auto socket = io::UdpSocket::open(loop, {loopback, 0}, options, std::move(handlers));
    if (!socket) std::exit(1);
    where.push_back(std::move(*socket));
  };
  for (unsigned i = 0; i < streams; ++i) {
    open(near);
    open(far);
  }
  const std::array<std::byte, rtp::kHeaderSize + kSamples> packet{};
  SocketTimes times;
  std::uint64_t sent = 0;
  for (int round = 0; round < kRounds; ++round) {
    // As many as are due in a millisecond.
    for (unsigned first = 0; first < streams; first += 64) {
      const double begin = processor_us();
      for (unsigned i = first; i < std::min(streams, first + 64); ++i, ++sent) {
        static_cast<void>(near[i].send(loopback, far[i].local(), packet));
      }
      const double between = processor_us();
      while (heard < sent) loop.poll(1ms);
      times.send += between - begin;
      times.receive += processor_us() - between;
    }
  }
  return {times.send / static_cast<double>(sent), times.receive / static_cast<double>(sent)};
}

}  // namespace

std::vector<MediaPart> measure_parts(const StreamOptions& options) {
  const unsigned streams = options.streams;
  Sound sound;
  std::vector<MediaPart> parts;
  parts.push_back({"a tone made", time_of_tone(streams, sound)});
  parts.push_back({"encode", time_of_encoding(streams, sound)});
  const double decode = time_of_decoding(streams, sound);
  parts.push_back({"decode", decode});
  parts.push_back({"playout: order, delay, concealment's memory",
                   time_of_playout(streams, sound) - decode});
  if (options.srtp) {
    parts.push_back({"SRTP, both ways", time_of_srtp(streams, *options.srtp, sound)});
  }
  const SocketTimes sockets = time_of_sockets(streams);
  parts.push_back({"send, to the far end's socket", sockets.send});
  parts.push_back({"receive, epoll and recvmmsg", sockets.receive});
  return parts;
}

}  // namespace bench
