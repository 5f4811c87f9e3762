// SPDX-License-Identifier: Apache-2.0
// How long sound takes from mouth to ear by the clock: two media ends on the loopback interface, each
// with a sound card that is a clock and nothing else. What is said into one card's microphone is looked
// for in what the other plays. All codecs at once. bench/media --ear runs it.
//   mouth_to_ear [--seconds S]      30: the buffers of the cards settle for as long
#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "audio/codec_book.h"
#include "audio/resampler.h"
#include "audio/silence.h"
#include "io/device_ends.h"
#include "io/media_ports.h"
#include "io/null_device.h"
#include "io/system_random.h"
#include "support/mouth_to_ear.h"

namespace {

using namespace godwit;
using namespace std::chrono_literals;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr Duration kBlock = 10ms;
constexpr ua::MediaId kMedia{1};
constexpr ua::PathId kPath{1};

struct Trial {
  const char* name;
  const char* codec;
  std::chrono::milliseconds packet_time;
  int card_rate;
  double look_ahead_ms;  // of the codec, both sides
};
constexpr Trial kTrials[] = {
    {"PCMU, 20 ms", "PCMU", 20ms, 8000, 0},      {"PCMU, 10 ms", "PCMU", 10ms, 8000, 0},
    {"G722, 20 ms", "G722", 20ms, 16'000, 1.5},  {"G722, 10 ms", "G722", 10ms, 16'000, 1.5},
    {"opus, 20 ms", "opus", 20ms, 48'000, 6.5},  {"opus, 10 ms", "opus", 10ms, 48'000, 6.5},
    {"PCMU, 20 ms, card of 48 kHz", "PCMU", 20ms, 48'000, 0}};

TimePoint now() {
  return TimePoint{std::chrono::steady_clock::now().time_since_epoch()};
}

/// A card that says the rustle and keeps what it plays; on a thread of its own.
class Card {
 public:
  explicit Card(int rate) : rustle_(rate) {}

  io::NullDeviceHooks hooks() {
    return {.speak = [this](std::span<std::int16_t> block) { speak(block); },
            .listen = [this](std::span<const std::int16_t> block) {
              const std::lock_guard lock(mutex_);
              heard_.insert(heard_.end(), block.begin(), block.end());
            }};
  }
  /// When the newest block was moved.
  [[nodiscard]] TimePoint last_block() const { return TimePoint{Duration{last_.load()}}; }
  [[nodiscard]] TimePoint began() const {
    const std::lock_guard lock(mutex_);
    return began_;
  }
  [[nodiscard]] std::vector<std::int16_t> heard() const {
    const std::lock_guard lock(mutex_);
    return heard_;
  }
  [[nodiscard]] const test::Rustle& rustle() const { return rustle_; }

 private:
  void speak(std::span<std::int16_t> block) {
    const TimePoint at = now();
    const std::lock_guard lock(mutex_);
    // A wake-up may be late, and never early.
    began_ = std::min(began_, at - blocks_++ * kBlock);
    last_ = at.time_since_epoch().count();
    rustle_.say(said_, block);
    said_ += block.size();
  }

  const test::Rustle rustle_;
  mutable std::mutex mutex_;
  std::size_t said_ = 0;
  std::vector<std::int16_t> heard_;
  TimePoint began_ = TimePoint::max();
  int blocks_ = 0;
  std::atomic<Duration::rep> last_{0};
};

/// Half of a call: its card, its sockets.
class End final : public ua::AudioFactory {
 public:
  End(io::Loop& loop, const Trial& trial)
      : trial_(trial),
        card(trial.card_rate),
        keeper_([this](const AudioDeviceOptions& options, std::shared_ptr<io::DeviceRings> rings)
                    -> Result<std::unique_ptr<io::SoundStreams>> {
          return io::open_null_device(options, std::move(rings), card.hooks());
        }),
        ports_(loop, *this, random_, {}, [this] { static_cast<void>(ports_.take_inputs()); }) {
    PlaySource play;
    play.kind = PlaySource::Kind::device;
    play.device.rate = trial.card_rate;
    play.device.cancel_echo = play.device.suppress_noise = false;
    ports_.execute(ua::CreateMedia{kMedia, play, {}});
    ports_.execute(ua::OpenMediaPath{kMedia, kPath, *net::IpAddress::parse("127.0.0.1")});
    for (const auto& input : ports_.take_inputs()) {
      const auto* const opened = std::get_if<ua::MediaPathOpened>(&input);
      if (opened != nullptr) local_ = opened->local_rtp;
    }
    if (local_.port == 0) std::exit(1);
  }

  void talk_to(const End& far) {
    const auto codec = audio::CodecBook().named(trial_.codec);
    const CodecFormat format = codec->format();
    sdp::Agreement agreement;
    agreement.remote = far.local_;
    agreement.send = agreement.receive = {.payload_type = codec->payload_type().value_or(96),
                                          .name = format.name,
                                          .clock_rate = format.clock_rate,
                                          .channels = format.channels};
    agreement.send_telephone_event = agreement.receive_telephone_event = 101;
    agreement.packet_time = trial_.packet_time;
    agreement.rtcp_mux = true;
    ports_.execute(ua::ConfigureMedia{kMedia, agreement});
    ports_.execute(ua::SendMediaOn{kMedia, kPath, far.local_});
    ports_.flush();
  }
  [[nodiscard]] double playout_ms() const {
    return Milliseconds(ports_.session(kMedia)->quality().now.buffered).count();
  }
  Result<std::unique_ptr<audio::Source>> open_source(const PlaySource&) override {
    return std::make_unique<audio::SilenceSource>();
  }
  Result<std::unique_ptr<audio::Sink>> open_sink(const std::string&, audio::Channels) override {
    return std::make_unique<audio::NullSink>();
  }
  Result<ua::DeviceEnds> open_devices(const AudioDeviceOptions& options) override {
    const auto link = keeper_.connect(options);
    auto ends = io::make_device_ends(link);
    const auto rings = link->rings;
    auto source = std::make_unique<test::WatchedSource>(std::move(ends.source), [this, rings] {
      const Milliseconds since = now() - card.last_block();
      waits.captured.note(in_ms(rings->captured) + since.count());
    });
    auto sink = std::make_unique<test::WatchedSink>(std::move(ends.sink), [this, rings] {
      const Milliseconds until = card.last_block() + kBlock - now();
      waits.to_play.note(in_ms(rings->to_play) + until.count());
    });
    return ua::DeviceEnds{std::move(source), std::move(sink), link};
  }

 private:
  [[nodiscard]] double in_ms(const io::SampleRing& ring) const {
    return 1000.0 * static_cast<double>(ring.size()) / trial_.card_rate;
  }

  Trial trial_;

 public:
  Card card;
  test::DeviceWaits waits;

 private:
  io::DeviceKeeper keeper_;
  io::SystemRandom random_;
  io::MediaPorts ports_;
  net::SocketAddress local_;
};

struct Pair {
  Pair(io::Loop& loop, const Trial& t) : trial(t), mouth(loop, t), ear(loop, t) {
    mouth.talk_to(ear);
    ear.talk_to(mouth);
  }
  const Trial& trial;
  End mouth, ear;
};

void serve(io::Loop& loop, Duration span) {
  const TimePoint end = loop.now() + span;
  while (loop.now() < end) loop.poll(end - loop.now());
}

// What was heard, as if both cards had begun at once.
std::vector<std::int16_t> aligned(const Card& mouth, const Card& ear, int rate) {
  const double apart = std::chrono::duration<double>(ear.began() - mouth.began()).count();
  const auto samples = static_cast<std::ptrdiff_t>(std::lround(apart * rate));
  std::vector<std::int16_t> heard = ear.heard();
  if (samples >= 0) {
    heard.insert(heard.begin(), static_cast<std::size_t>(samples), std::int16_t{0});
  } else {
    heard.erase(heard.begin(), heard.begin() - samples);
  }
  return heard;
}

bool report(Pair& pair) {
  const Trial& trial = pair.trial;
  const auto heard = aligned(pair.mouth.card, pair.ear.card, trial.card_rate);
  const auto found = pair.mouth.card.rustle().delay_ms(heard);
  if (!found) {
    std::printf("%-28s nothing is heard\n", trial.name);
    return false;
  }
  // The first block that is heard is played when the first that was said has ended.
  const double whole = *found + Milliseconds(kBlock).count();
  const auto codec = audio::CodecBook().named(trial.codec);
  const audio::Resampler down(trial.card_rate, codec->sample_rate());
  const audio::Resampler up(codec->sample_rate(), trial.card_rate);
  const double rates = Milliseconds(down.latency() + up.latency()).count();
  const double frame = Milliseconds(trial.packet_time).count();
  const double playout = pair.ear.playout_ms();
  const double cards = pair.mouth.waits.captured.value() + pair.ear.waits.to_play.value();
  std::printf("%-28s %6.1f %7.1f %7.1f %9.1f %7.1f %7.1f %7.1f\n", trial.name, whole, frame,
              trial.look_ahead_ms, playout, cards, rates,
              whole - frame - trial.look_ahead_ms - playout - cards - rates);
  return true;
}

bool measure(unsigned seconds) {
  io::Loop loop;
  std::vector<std::unique_ptr<Pair>> pairs;
  for (const Trial& trial : kTrials) pairs.push_back(std::make_unique<Pair>(loop, trial));
  serve(loop, std::chrono::seconds{seconds});
  std::printf("%-28s %6s %7s %7s %9s %7s %7s %7s\n", "from mouth to ear, ms", "whole", "frame",
              "codec", "playout", "cards", "rates", "rest");
  bool all = true;
  for (const auto& pair : pairs) all &= report(*pair);
  return all;
}

}  // namespace

int main(int count, char** arguments) {
  unsigned seconds = 30;
  if (count == 3 && std::string_view(arguments[1]) == "--seconds") {
    const std::string_view value = arguments[2];
    std::from_chars(value.data(), value.data() + value.size(), seconds);
  } else if (count != 1) {
    std::fputs("usage: mouth_to_ear [--seconds S]\n", stderr);
    return 2;
  }
  return measure(seconds) ? 0 : 1;
}
