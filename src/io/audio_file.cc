// SPDX-License-Identifier: Apache-2.0
#include "io/audio_file.h"

#include "audio/memory_port.h"
#include "audio/silence.h"
#include "audio/tone_source.h"
#include "io/device_ends.h"
#include "io/sound_file.h"

namespace godwit::io {
namespace {

constexpr int kLowestTone = 50;
constexpr int kHighestTone = 3400;  // G.711 carries no more
constexpr std::chrono::milliseconds kLeastLatency{5};
constexpr std::chrono::milliseconds kMostLatency{200};

Result<std::unique_ptr<audio::Source>> open_file(const PlaySource& play) {
  auto sound = load_sound(play.file);
  if (!sound) return tl::unexpected(sound.error());
  return std::make_unique<audio::MemorySource>(
      std::move(sound->samples), play.loop ? audio::Repeat::loop : audio::Repeat::once,
      sound->rate);
}

}  // namespace

Result<std::unique_ptr<audio::Source>> FileAudioFactory::open_source(const PlaySource& play) {
  switch (play.kind) {
    case PlaySource::Kind::silence:
    case PlaySource::Kind::echo:
    case PlaySource::Kind::device:
    case PlaySource::Kind::application:
      return std::make_unique<audio::SilenceSource>();
    case PlaySource::Kind::tone:
      if (play.tone_hz < kLowestTone || play.tone_hz > kHighestTone) {
        return fail(Errc::invalid_argument, "a tone is 50 to 3,400 Hz");
      }
      return std::make_unique<audio::ToneSource>(play.tone_hz);
    case PlaySource::Kind::file:
      return open_file(play);
  }
  return fail(Errc::invalid_argument, "no such kind of source");
}

Result<std::unique_ptr<audio::Sink>> FileAudioFactory::open_sink(const std::string& record_file,
                                                                 audio::Channels channels) {
  if (record_file.empty()) return std::make_unique<audio::NullSink>();
  return open_sound_sink(record_file, channels);
}

Result<ua::DeviceEnds> FileAudioFactory::open_devices(const AudioDeviceOptions& options) {
  if (!audio::is_rate(options.rate)) {
    return fail(Errc::invalid_argument, "a device's rate is 8,000, 16,000, 32,000 or 48,000 Hz");
  }
  if (options.latency < kLeastLatency || options.latency > kMostLatency) {
    return fail(Errc::invalid_argument, "a device's latency is 5 to 200 ms");
  }
  auto link = keeper_.connect(options);
  auto ends = make_device_ends(link);
  return ua::DeviceEnds{std::move(ends.source), std::move(ends.sink), std::move(link)};
}

}  // namespace godwit::io
