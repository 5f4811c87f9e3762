// SPDX-License-Identifier: Apache-2.0
// What sockets cost the sound of calls: N streams of PCMU, 20 ms each way, through loopback, with
// the far ends in a second process. Prints the processor time of one side for each stream, where it
// goes, and what was lost.
//   build/bench/bin/media_sockets [--streams N] [--seconds N]      1024 streams, 20 s
// "1,024 calls for ten minutes" is --streams 1024 --seconds 600.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <vector>

#include "audio/silence.h"
#include "audio/tone_source.h"
#include "io/media_ports.h"
#include "io/system_random.h"

namespace {

using namespace godwit;

struct Options {
  unsigned streams = 1024;
  unsigned seconds = 20;
};

/// What one side counts.
struct Count {
  std::uint64_t sent = 0, received = 0, lost = 0;
  double user_s = 0, system_s = 0;
};

class Tones final : public ua::AudioFactory {
 public:
  Result<std::unique_ptr<audio::Source>> open_source(const PlaySource& play) override {
    return std::make_unique<audio::ToneSource>(play.tone_hz);
  }
  Result<std::unique_ptr<audio::Sink>> open_sink(const std::string&, audio::Channels) override {
    return std::make_unique<audio::NullSink>();
  }
};

/// All streams of one process.
class Side {
 public:
  explicit Side(const Options& options) : options_(options) {
    for (std::uint64_t i = 1; i <= options.streams; ++i) open(i);
  }

  [[nodiscard]] const std::vector<std::uint16_t>& ports() const { return ports_; }

  void talk_to(const std::vector<std::uint16_t>& far) {
    const sdp::Format pcmu{.payload_type = 0, .name = "PCMU", .clock_rate = 8000, .channels = 1};
    for (std::uint64_t i = 1; i <= options_.streams; ++i) {
      const net::SocketAddress remote{loopback_, far[i - 1]};
      media_.execute(ua::ConfigureMedia{
          ua::MediaId{i}, {.remote = remote, .send = pcmu, .receive = pcmu, .rtcp_mux = true}});
      media_.execute(ua::SendMediaOn{ua::MediaId{i}, ua::PathId{i}, remote});
    }
    media_.flush();
  }
  void serve(Duration span) {
    const TimePoint end = loop_.now() + span;
    while (loop_.now() < end) loop_.poll(end - loop_.now());
  }
  [[nodiscard]] Count count() const {
    Count count;
    for (std::uint64_t i = 1; i <= options_.streams; ++i) {
      const auto statistics = media_.statistics(ua::MediaId{i});
      if (!statistics) continue;
      count.sent += statistics->packets_sent;
      count.received += statistics->packets_received;
      count.lost += statistics->packets_lost;
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

 private:
  void open(std::uint64_t i) {
    media_.execute(ua::CreateMedia{ua::MediaId{i}, {.kind = PlaySource::Kind::tone}, {}});
    media_.execute(ua::OpenMediaPath{ua::MediaId{i}, ua::PathId{i}, loopback_});
    for (const auto& input : media_.take_inputs()) {
      const auto* const opened = std::get_if<ua::MediaPathOpened>(&input);
      if (opened == nullptr) continue;
      ports_.push_back(opened->local_rtp.port);
    }
    if (ports_.size() == i) return;
    std::fprintf(stderr, "stream %llu: no sockets (ulimit -n?)\n",
                 static_cast<unsigned long long>(i));
    std::exit(1);
  }

  Options options_;
  net::IpAddress loopback_ = *net::IpAddress::parse("127.0.0.1");
  io::Loop loop_;
  io::SystemRandom random_;
  Tones tones_;
  io::MediaPorts media_{
      loop_, tones_, random_, {}, [this] { static_cast<void>(media_.take_inputs()); }};
  std::vector<std::uint16_t> ports_;
};

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

Count run_side(const Options& options, int in, int out) {
  Side side(options);
  give(out, side.ports().data(), side.ports().size());
  std::vector<std::uint16_t> far(options.streams);
  take(in, far.data(), far.size());
  side.talk_to(far);
  side.serve(std::chrono::seconds{2});  // until both sides are under way
  const Count before = side.count();
  side.serve(std::chrono::seconds{options.seconds});
  Count count = side.count();
  count.sent -= before.sent;
  count.received -= before.received;
  count.user_s -= before.user_s;
  count.system_s -= before.system_s;
  return count;
}

void print(const char* name, const Count& count, const Options& options) {
  const double busy = (count.user_s + count.system_s) / options.seconds;
  const double each = busy / options.streams;
  std::printf(
      "%s: %llu sent, %llu received, %llu lost; %.1f %% of a core, %.1f us a stream and second in "
      "user space, %.1f in the kernel; %.0f streams a core\n",
      name, static_cast<unsigned long long>(count.sent),
      static_cast<unsigned long long>(count.received), static_cast<unsigned long long>(count.lost),
      100 * busy, 1e6 * count.user_s / options.seconds / options.streams,
      1e6 * count.system_s / options.seconds / options.streams, 1 / each);
}

Options read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const std::string_view value = argv[i + 1];
    unsigned& wanted = name == "--streams" ? options.streams : options.seconds;
    std::from_chars(value.data(), value.data() + value.size(), wanted);
  }
  return options;
}

// Each stream has two sockets until both sides have agreed on one.
void allow_descriptors(unsigned streams) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 2 * streams + 64);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = read_options(argc, argv);
  if (options.streams == 0 || options.seconds == 0) return 2;
  allow_descriptors(options.streams);
  std::array<int, 2> to_far{}, to_near{};
  if (::pipe(to_far.data()) != 0 || ::pipe(to_near.data()) != 0) return 1;
  const pid_t child = ::fork();
  if (child == 0) {
    const Count count = run_side(options, to_far[0], to_near[1]);
    give(to_near[1], &count, 1);
    return 0;
  }
  const Count near = run_side(options, to_near[0], to_far[1]);
  Count far;
  take(to_near[0], &far, 1);
  ::waitpid(child, nullptr, 0);
  print("here", near, options);
  print("far ends", far, options);
  return near.lost + far.lost == 0 ? 0 : 1;
}
