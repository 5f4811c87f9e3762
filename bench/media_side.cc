// SPDX-License-Identifier: Apache-2.0
#include "media_side.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "audio/silence.h"
#include "audio/tone_source.h"
#include "io/media_ports.h"
#include "io/system_random.h"
#include "kernel_drops.h"
#include "signalling_roles.h"
#include "support/sdes_key.h"

namespace bench {
namespace {

using namespace godwit;
using namespace std::chrono_literals;

constexpr double kUntilUnderWay = 3;
constexpr double kUntilAllHasCome = 0.5;

class Tones final : public ua::AudioFactory {
 public:
  Result<std::unique_ptr<audio::Source>> open_source(const PlaySource& play) override {
    return std::make_unique<audio::ToneSource>(play.tone_hz);
  }
  Result<std::unique_ptr<audio::Sink>> open_sink(const std::string&, audio::Channels) override {
    return std::make_unique<audio::NullSink>();
  }
};

// Each stream has two sockets until both sides have agreed on one.
void allow_descriptors(unsigned streams) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 2 * streams + 64);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

template <class T>
void give(int fd, const T* values, std::size_t count) {
  const std::size_t size = count * sizeof(T);
  if (::write(fd, values, size) != static_cast<ssize_t>(size)) std::exit(1);
}

template <class T>
void take(int fd, T* values, std::size_t count) {
  auto* at = reinterpret_cast<char*>(values);
  for (std::size_t left = count * sizeof(T); left > 0;) {
    const ssize_t got = ::read(fd, at, left);
    if (got <= 0) std::exit(1);
    at += got;
    left -= static_cast<std::size_t>(got);
  }
}

struct Pipes {
  int in, out;
};

// What was sent and heard is counted to the last packet, the processor's time without the beginning.
StreamCount run_side(const StreamOptions& options, MediaSide::Which which, Pipes far) {
  stay_on_core(which == MediaSide::Which::here ? 0 : 1);
  MediaSide side(options, which);
  give(far.out, side.ports().data(), side.ports().size());
  std::vector<std::uint16_t> ports(options.streams);
  take(far.in, ports.data(), ports.size());
  side.agree_with(ports);
  char agreed = 1;
  give(far.out, &agreed, 1);
  take(far.in, &agreed, 1);
  side.begin(ports);
  side.serve(kUntilUnderWay);
  const StreamCount before = side.count();
  side.serve(options.seconds);
  const StreamCount after = side.count();
  side.be_silent();
  side.serve(kUntilAllHasCome);
  StreamCount count = side.count();
  count.timed_sent = after.sent - before.sent;
  count.user_s = after.user_s - before.user_s;
  count.system_s = after.system_s - before.system_s;
  return count;
}

}  // namespace

struct MediaSide::State {
  State(const StreamOptions& wanted, Which side) : options(wanted), which(side) {
    for (std::uint64_t i = 1; i <= options.streams; ++i) open(i);
  }

  void open(std::uint64_t i) {
    media.execute(ua::CreateMedia{ua::MediaId{i}, {.kind = PlaySource::Kind::tone}, {}});
    media.execute(ua::OpenMediaPath{ua::MediaId{i}, ua::PathId{i}, loopback});
    for (const auto& input : media.take_inputs()) {
      const auto* const opened = std::get_if<ua::MediaPathOpened>(&input);
      if (opened != nullptr) ports.push_back(opened->local_rtp.port);
    }
    if (ports.size() == i) return;
    std::fprintf(stderr, "stream %llu: no sockets (ulimit -n?)\n",
                 static_cast<unsigned long long>(i));
    std::exit(1);
  }

  StreamOptions options;
  Which which;
  net::IpAddress loopback = *net::IpAddress::parse("127.0.0.1");
  io::Loop loop;
  io::SystemRandom random;
  Tones tones;
  io::MediaPorts media{
      loop, tones, random, {}, [this] { static_cast<void>(media.take_inputs()); }};
  std::vector<std::uint16_t> ports;
};

MediaSide::MediaSide(const StreamOptions& options, Which which) {
  allow_descriptors(options.streams);
  state_ = std::make_unique<State>(options, which);
}

MediaSide::~MediaSide() = default;

const std::vector<std::uint16_t>& MediaSide::ports() const {
  return state_->ports;
}

void MediaSide::agree_with(const std::vector<std::uint16_t>& far) {
  const sdp::Format pcmu{.payload_type = 0, .name = "PCMU", .clock_rate = 8000, .channels = 1};
  const bool here = state_->which == Which::here;
  for (std::uint64_t i = 1; i <= state_->options.streams; ++i) {
    const net::SocketAddress remote{state_->loopback, far[i - 1]};
    sdp::Agreement agreement;
    agreement.remote = remote;
    agreement.send = agreement.receive = pcmu;
    agreement.rtcp_mux = true;
    // As in nearly all calls: else digits are listened for in the sound.
    agreement.send_telephone_event = agreement.receive_telephone_event = 101;
    if (const auto suite = state_->options.srtp) {
      agreement.protection =
          sdp::SdesProtection{test::sdes_key(*suite, here ? 1 : 2), test::sdes_key(*suite, here ? 2 : 1)};
    }
    state_->media.execute(ua::ConfigureMedia{ua::MediaId{i}, agreement});
    state_->media.flush();
    // Their frames are due at different times, as those of calls are.
    if (i % 16 == 0) serve(20e-3 * 16 / state_->options.streams);
  }
}

void MediaSide::begin(const std::vector<std::uint16_t>& far) {
  for (std::uint64_t i = 1; i <= state_->options.streams; ++i) {
    const net::SocketAddress remote{state_->loopback, far[i - 1]};
    state_->media.execute(ua::SendMediaOn{ua::MediaId{i}, ua::PathId{i}, remote});
  }
  state_->media.flush();
}

void MediaSide::be_silent() {
  for (std::uint64_t i = 1; i <= state_->options.streams; ++i) {
    state_->media.execute(ua::StopSendingMedia{ua::MediaId{i}});
  }
  state_->media.flush();
}

void MediaSide::serve(double seconds) {
  io::Loop& loop = state_->loop;
  const TimePoint end =
      loop.now() + std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
  while (loop.now() < end) loop.poll(end - loop.now());
}

StreamCount MediaSide::count() const {
  StreamCount count;
  for (std::uint64_t i = 1; i <= state_->options.streams; ++i) {
    const auto statistics = state_->media.statistics(ua::MediaId{i});
    if (!statistics) continue;
    count.sent += statistics->packets_sent;
    count.received += statistics->packets_received;
    count.lost += statistics->packets_lost;
    count.dropped += statistics->packets_dropped;
  }
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  count.user_s = seconds(used.ru_utime);
  count.system_s = seconds(used.ru_stime);
  return count;
}

BothSides talk(const StreamOptions& options) {
  std::array<int, 2> to_far{}, to_near{};
  if (::pipe(to_far.data()) != 0 || ::pipe(to_near.data()) != 0) std::exit(1);
  BothSides both;
  const std::uint64_t dropped_before = kernel_drops();
  std::fflush(nullptr);
  // Neither is the parent: its processor time is not theirs, and it may have served other ends.
  const auto begin = [&](MediaSide::Which which, Pipes pipes, int result) {
    const pid_t child = ::fork();
    if (child != 0) return child;
    const StreamCount count = run_side(options, which, pipes);
    give(result, &count, 1);
    std::_Exit(0);
  };
  std::array<int, 2> here_result{}, far_result{};
  if (::pipe(here_result.data()) != 0 || ::pipe(far_result.data()) != 0) std::exit(1);
  const pid_t here =
      begin(MediaSide::Which::here, {to_near[0], to_far[1]}, here_result[1]);
  const pid_t far = begin(MediaSide::Which::far, {to_far[0], to_near[1]}, far_result[1]);
  for (const int fd : {to_far[0], to_far[1], to_near[0], to_near[1], here_result[1], far_result[1]}) {
    ::close(fd);
  }
  take(here_result[0], &both.here, 1);
  take(far_result[0], &both.far, 1);
  for (const int fd : {here_result[0], far_result[0]}) ::close(fd);
  for (const pid_t child : {here, far}) ::waitpid(child, nullptr, 0);
  both.kernel_drops = kernel_drops() - dropped_before;
  return both;
}

}  // namespace bench
