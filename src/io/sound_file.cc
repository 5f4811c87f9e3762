// SPDX-License-Identifier: Apache-2.0
#include "io/sound_file.h"

#ifdef GODWIT_WITH_SNDFILE

#include <sndfile.h>
#include <speex/speex_resampler.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

namespace godwit::io {
namespace {

// Beyond these a header is wrong, and the resampler's filter would be huge.
constexpr int kLeastRate = 1000;
constexpr int kMostRate = 384'000;
constexpr int kMostChannels = 64;
constexpr std::size_t kBlock = 4096;  // frames

struct CloseFile {
  void operator()(SNDFILE* file) const { sf_close(file); }
};
using File = std::unique_ptr<SNDFILE, CloseFile>;

struct CloseResampler {
  void operator()(SpeexResamplerState* state) const { speex_resampler_destroy(state); }
};
using ResamplerState = std::unique_ptr<SpeexResamplerState, CloseResampler>;

/// Brings the samples of a file to another rate, and appends them as 16-bit ones. Unlike that of a call
/// it need not be quick, and takes rates of all kinds.
class FileResampler {
 public:
  FileResampler(int from, int to) {
    if (from == to) return;
    int error = 0;
    state_.reset(speex_resampler_init(1, static_cast<spx_uint32_t>(from),
                                      static_cast<spx_uint32_t>(to),
                                      SPEEX_RESAMPLER_QUALITY_DESKTOP, &error));
    if (state_) speex_resampler_skip_zeros(state_.get());
  }

  void process(std::vector<float>& in, audio::Samples& out) {
    if (!state_) return append(in, out);
    std::span<float> rest{in};
    std::array<float, kBlock> block{};
    while (!rest.empty()) {
      auto taken = static_cast<spx_uint32_t>(rest.size());
      auto made = static_cast<spx_uint32_t>(block.size());
      speex_resampler_process_float(state_.get(), 0, rest.data(), &taken, block.data(), &made);
      append(std::span{block}.first(made), out);
      if (taken == 0 && made == 0) return;
      rest = rest.subspan(taken);
    }
  }
  /// What the filter still holds.
  void drain(audio::Samples& out) {
    if (!state_) return;
    std::vector<float> silence(
        static_cast<std::size_t>(speex_resampler_get_input_latency(state_.get())));
    process(silence, out);
  }

 private:
  static void append(std::span<const float> in, audio::Samples& out) {
    for (const float sample : in) {
      const float scaled = std::clamp(sample * 32768.0F, -32768.0F, 32767.0F);
      out.push_back(static_cast<std::int16_t>(std::lround(scaled)));
    }
  }

  ResamplerState state_;
};

void mix_to_mono(std::span<const float> frames, std::size_t channels, std::vector<float>& mono) {
  mono.clear();
  for (; frames.size() >= channels; frames = frames.subspan(channels)) {
    float sum = 0;
    for (const float sample : frames.first(channels)) sum += sample;
    mono.push_back(sum / static_cast<float>(channels));
  }
}

/// At its own rate, if a call can have such a one and if there is room for it.
int rate_to_keep(const SF_INFO& info) {
  const int own = std::clamp(info.samplerate, audio::kBaseRate, audio::kMostRate);
  const double seconds = static_cast<double>(info.frames) / info.samplerate;
  for (const int hz : {own, 16'000}) {
    if (hz <= own && seconds * hz * sizeof(std::int16_t) <= kMaxSoundBytes) return hz;
  }
  return audio::kBaseRate;
}

int format_of(std::string name) {
  std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
  if (name.ends_with(".flac")) return SF_FORMAT_FLAC | SF_FORMAT_PCM_16;
  if (name.ends_with(".ogg")) return SF_FORMAT_OGG | SF_FORMAT_VORBIS;
  if (name.ends_with(".opus")) return SF_FORMAT_OGG | SF_FORMAT_OPUS;
  return SF_FORMAT_WAV | SF_FORMAT_PCM_16;
}

/// RFC 7845 §5.1: an encoder of Opus takes some rates only; others are brought to the highest.
int file_rate(int format, int hz) {
  constexpr std::array kOpusRates{8000, 12'000, 16'000, 24'000, 48'000};
  if ((format & SF_FORMAT_SUBMASK) != SF_FORMAT_OPUS) return hz;
  return std::ranges::find(kOpusRates, hz) != kOpusRates.end() ? hz : kOpusRates.back();
}

class FileSink final : public audio::Sink {
 public:
  FileSink(std::string path, audio::Channels channels)
      : path_(std::move(path)), channels_(static_cast<int>(channels)) {}

  /// Begins the file, anew if it has been begun; what it holds is lost.
  void open(int hz) {
    rate_ = hz;
    SF_INFO info{};
    info.format = format_of(path_);
    info.samplerate = file_rate(info.format, hz);
    info.channels = channels_;
    resampler_.reset();
    if (info.samplerate != hz) {
      int error = 0;
      resampler_.reset(speex_resampler_init(
          static_cast<spx_uint32_t>(channels_), static_cast<spx_uint32_t>(hz),
          static_cast<spx_uint32_t>(info.samplerate), SPEEX_RESAMPLER_QUALITY_VOIP, &error));
      if (resampler_) speex_resampler_skip_zeros(resampler_.get());
    }
    file_.reset();
    file_.reset(sf_open(path_.c_str(), SFM_WRITE, &info));
    works_ = file_ != nullptr;
    announce();
  }
  void set_rate(int hz) override {
    if (hz != rate_ && !any_ && file_) open(hz);
  }
  void write(std::span<const std::int16_t> frame) override {
    if (!file_ || !works_) return;
    any_ = true;
    put(resampler_ ? resampled(frame) : frame);
    unannounced_ += frame.size();
    if (!works_ || unannounced_ >= static_cast<std::size_t>(rate_ * channels_)) announce();
  }
  [[nodiscard]] bool works() const override { return works_; }
  void close() override {
    if (file_ && works_ && any_ && resampler_) {
      const auto late = static_cast<std::size_t>(speex_resampler_get_input_latency(resampler_.get()));
      put(resampled(std::vector<std::int16_t>(late * static_cast<std::size_t>(channels_))));
    }
    file_.reset();
  }

 private:
  void put(std::span<const std::int16_t> samples) {
    const auto size = static_cast<sf_count_t>(samples.size());
    works_ = sf_write_short(file_.get(), samples.data(), size) == size;
  }
  std::span<const std::int16_t> resampled(std::span<const std::int16_t> frame) {
    constexpr std::size_t kMostRatio = 6;  // 8,000 to 48,000 Hz
    const auto channels = static_cast<std::size_t>(channels_);
    resampled_.resize((frame.size() + channels) * kMostRatio);
    auto taken = static_cast<spx_uint32_t>(frame.size() / channels);
    auto made = static_cast<spx_uint32_t>(resampled_.size() / channels);
    speex_resampler_process_interleaved_int(resampler_.get(), frame.data(), &taken,
                                            resampled_.data(), &made);
    return std::span{resampled_}.first(made * channels);
  }
  /// The headers of FLAC and Ogg need not tell how long the file is; libsndfile would spoil the latter.
  void announce() {
    unannounced_ = 0;
    if (!file_ || (format_of(path_) & SF_FORMAT_TYPEMASK) != SF_FORMAT_WAV) return;
    sf_command(file_.get(), SFC_UPDATE_HEADER_NOW, nullptr, 0);
  }

  std::string path_;
  int channels_;
  int rate_ = 0;
  File file_;
  ResamplerState resampler_;  // to a rate that the file can have
  std::vector<std::int16_t> resampled_;
  std::size_t unannounced_ = 0;  // samples, of all channels, that the header does not tell of
  bool any_ = false;             // has been written
  bool works_ = false;
};

tl::unexpected<Error> cannot(const char* verb, const std::string& path) {
  return fail(Errc::invalid_argument,
              std::string("cannot ") + verb + ' ' + path + ": " + sf_strerror(nullptr));
}

}  // namespace

Result<Sound> load_sound(const std::string& path) {
  SF_INFO info{};
  const File file(sf_open(path.c_str(), SFM_READ, &info));
  if (!file) return cannot("read", path);
  if (info.samplerate < kLeastRate || info.samplerate > kMostRate || info.channels < 1 ||
      info.channels > kMostChannels) {
    return fail(Errc::invalid_argument,
                "cannot read " + path + ": its rate or channels are absurd");
  }
  const auto channels = static_cast<std::size_t>(info.channels);
  Sound sound{.samples = {}, .rate = rate_to_keep(info)};
  FileResampler resampler(info.samplerate, sound.rate);
  std::vector<float> block(kBlock * channels);
  std::vector<float> mono;
  while (const sf_count_t frames = sf_readf_float(file.get(), block.data(), kBlock)) {
    if (frames < 0) break;
    mix_to_mono(std::span{block}.first(static_cast<std::size_t>(frames) * channels), channels,
                mono);
    resampler.process(mono, sound.samples);
    if (sound.samples.size() * sizeof(std::int16_t) > kMaxSoundBytes) {
      return fail(Errc::limit_reached, path + " is too long: 52 minutes are the most");
    }
  }
  resampler.drain(sound.samples);
  return sound;
}

Result<std::unique_ptr<audio::Sink>> open_sound_sink(const std::string& path,
                                                     audio::Channels channels) {
  auto sink = std::make_unique<FileSink>(path, channels);
  sink->open(audio::kBaseRate);
  if (!sink->works()) return cannot("write", path);
  return sink;
}

}  // namespace godwit::io

#else

namespace godwit::io {
namespace {

tl::unexpected<Error> not_built(const std::string& path) {
  return fail(Errc::unsupported, path + ": this build has no audio files (GODWIT_WITH_SNDFILE)");
}

}  // namespace

Result<Sound> load_sound(const std::string& path) {
  return not_built(path);
}

Result<std::unique_ptr<audio::Sink>> open_sound_sink(const std::string& path,
                                                     audio::Channels /*channels*/) {
  return not_built(path);
}

}  // namespace godwit::io

#endif
