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

constexpr int kRate = 8000;
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

/// Brings samples to 8,000 Hz, and appends them as 16-bit ones.
class Resampler {
 public:
  explicit Resampler(int rate) {
    if (rate == kRate) return;
    int error = 0;
    state_.reset(speex_resampler_init(1, static_cast<spx_uint32_t>(rate), kRate,
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

class WavSink final : public audio::Sink {
 public:
  WavSink(File file, audio::Channels channels)
      : file_(std::move(file)), a_second_(kRate * static_cast<std::size_t>(channels)) {}

  void write(std::span<const std::int16_t> frame) override {
    if (!file_ || !works_) return;
    const auto size = static_cast<sf_count_t>(frame.size());
    works_ = sf_write_short(file_.get(), frame.data(), size) == size;
    unannounced_ += frame.size();
    if (works_ && unannounced_ < a_second_) return;
    sf_command(file_.get(), SFC_UPDATE_HEADER_NOW, nullptr, 0);
    unannounced_ = 0;
  }
  [[nodiscard]] bool works() const override { return works_; }
  void close() override { file_.reset(); }

 private:
  File file_;
  std::size_t a_second_;         // samples of all channels
  std::size_t unannounced_ = 0;  // samples that the header does not tell of
  bool works_ = true;
};

tl::unexpected<Error> cannot(const char* verb, const std::string& path) {
  return fail(Errc::invalid_argument,
              std::string("cannot ") + verb + ' ' + path + ": " + sf_strerror(nullptr));
}

}  // namespace

Result<audio::Samples> load_sound(const std::string& path) {
  SF_INFO info{};
  const File file(sf_open(path.c_str(), SFM_READ, &info));
  if (!file) return cannot("read", path);
  if (info.samplerate < kLeastRate || info.samplerate > kMostRate || info.channels < 1 ||
      info.channels > kMostChannels) {
    return fail(Errc::invalid_argument,
                "cannot read " + path + ": its rate or channels are absurd");
  }
  const auto channels = static_cast<std::size_t>(info.channels);
  Resampler resampler(info.samplerate);
  audio::Samples samples;
  std::vector<float> block(kBlock * channels);
  std::vector<float> mono;
  while (const sf_count_t frames = sf_readf_float(file.get(), block.data(), kBlock)) {
    if (frames < 0) break;
    mix_to_mono(std::span{block}.first(static_cast<std::size_t>(frames) * channels), channels,
                mono);
    resampler.process(mono, samples);
    if (samples.size() * sizeof(samples[0]) > kMaxSoundBytes) {
      return fail(Errc::limit_reached, path + " is longer than 52 minutes");
    }
  }
  resampler.drain(samples);
  return samples;
}

Result<std::unique_ptr<audio::Sink>> open_wav_sink(const std::string& path,
                                                   audio::Channels channels) {
  SF_INFO info{};
  info.samplerate = kRate;
  info.channels = static_cast<int>(channels);
  info.format = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
  File file(sf_open(path.c_str(), SFM_WRITE, &info));
  if (!file) return cannot("write", path);
  sf_command(file.get(), SFC_UPDATE_HEADER_NOW, nullptr, 0);
  return std::make_unique<WavSink>(std::move(file), channels);
}

}  // namespace godwit::io

#else

namespace godwit::io {
namespace {

tl::unexpected<Error> not_built(const std::string& path) {
  return fail(Errc::unsupported, path + ": this build has no audio files (GODWIT_WITH_SNDFILE)");
}

}  // namespace

Result<audio::Samples> load_sound(const std::string& path) {
  return not_built(path);
}

Result<std::unique_ptr<audio::Sink>> open_wav_sink(const std::string& path,
                                                   audio::Channels /*channels*/) {
  return not_built(path);
}

}  // namespace godwit::io

#endif
