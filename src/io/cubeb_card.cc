// SPDX-License-Identifier: Apache-2.0
#include <cubeb/cubeb.h>

#include <array>
#include <atomic>
#include <cstring>
#include <string_view>
#include <utility>

#include "io/null_device.h"
#include "io/sound_card.h"

namespace godwit::io {
namespace {

constexpr const char* kProgram = "godwit";
constexpr std::string_view kNoneHere =
    "no sound device: neither a sound server (PulseAudio, PipeWire) nor an ALSA card answers";

enum class Way : std::uint8_t { capture, playback };

cubeb_device_type type_of(Way way) {
  return way == Way::capture ? CUBEB_DEVICE_TYPE_INPUT : CUBEB_DEVICE_TYPE_OUTPUT;
}

std::string text(const char* words) {
  return words == nullptr ? "" : words;
}

struct DestroyContext {
  void operator()(cubeb* context) const { cubeb_destroy(context); }
};
using Context = std::unique_ptr<cubeb, DestroyContext>;

/// A connection to the sound server. One for each card: it does not outlive its server.
Result<Context> connect() {
  cubeb* context = nullptr;
  if (cubeb_init(&context, kProgram, nullptr) != CUBEB_OK) {
    return fail(Errc::media_failed, std::string(kNoneHere));
  }
  return Context(context);
}

/// The devices of one direction, as long as they are looked at.
class Collection {
 public:
  Collection(cubeb* context, Way way) : context_(context) {
    if (cubeb_enumerate_devices(context, type_of(way), &devices_) != CUBEB_OK) devices_ = {};
  }
  ~Collection() {
    if (devices_.device != nullptr) cubeb_device_collection_destroy(context_, &devices_);
  }
  Collection(const Collection&) = delete;
  Collection& operator=(const Collection&) = delete;

  [[nodiscard]] std::span<const cubeb_device_info> devices() const {
    return {devices_.device, devices_.count};
  }
  /// Null: there is none of that name.
  [[nodiscard]] const cubeb_device_info* find(const std::string& name) const {
    for (const auto& device : devices()) {
      if (text(device.device_id) == name || text(device.friendly_name) == name) return &device;
    }
    return nullptr;
  }

 private:
  cubeb* context_;
  cubeb_device_collection devices_{};
};

/// One direction of a card. The two are streams of their own: a loudspeaker's clock is not the
/// microphone's, and each is followed for itself.
class Stream {
 public:
  Stream(Way way, std::shared_ptr<DeviceRings> rings) : way_(way), rings_(std::move(rings)) {}
  ~Stream() {
    if (stream_ == nullptr) return;
    cubeb_stream_stop(stream_);
    cubeb_stream_destroy(stream_);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// @param device  null: the system's default
  [[nodiscard]] bool start(cubeb* context, cubeb_devid device, const AudioDeviceOptions& options);
  [[nodiscard]] bool works() const { return !failed_; }
  /// Of the device it runs on now; empty where the system does not tell.
  [[nodiscard]] std::string device_name() const;

 private:
  // On a thread of the card's.
  static long on_data(cubeb_stream*, void* user, const void* in, void* out, long count);
  static void on_state(cubeb_stream*, void* user, cubeb_state state) {
    if (state == CUBEB_STATE_ERROR) static_cast<Stream*>(user)->failed_ = true;
  }

  Way way_;
  std::shared_ptr<DeviceRings> rings_;
  std::atomic<bool> failed_ = false;
  cubeb_stream* stream_ = nullptr;
};

bool Stream::start(cubeb* context, cubeb_devid device, const AudioDeviceOptions& options) {
  cubeb_stream_params params{};
  params.format = CUBEB_SAMPLE_S16NE;
  params.rate = static_cast<std::uint32_t>(options.rate);
  params.channels = 1;
  params.layout = CUBEB_LAYOUT_MONO;
  params.prefs = CUBEB_STREAM_PREF_VOICE;
  const auto latency = static_cast<std::uint32_t>(options.rate * options.latency.count() / 1000);
  const bool captures = way_ == Way::capture;
  const int opened = cubeb_stream_init(context, &stream_, captures ? "microphone" : "loudspeaker",
                                       captures ? device : nullptr, captures ? &params : nullptr,
                                       captures ? nullptr : device, captures ? nullptr : &params,
                                       latency, on_data, on_state, this);
  return opened == CUBEB_OK && cubeb_stream_start(stream_) == CUBEB_OK;
}

long Stream::on_data(cubeb_stream* /*stream*/, void* user, const void* in, void* out, long count) {
  auto& rings = *static_cast<Stream*>(user)->rings_;
  const auto samples = static_cast<std::size_t>(count);
  if (in != nullptr) rings.captured.push({static_cast<const std::int16_t*>(in), samples});
  if (out != nullptr) rings.play({static_cast<std::int16_t*>(out), samples});
  return count;
}

std::string Stream::device_name() const {
  cubeb_device* device = nullptr;
  if (cubeb_stream_get_current_device(stream_, &device) != CUBEB_OK) return {};
  std::string name = text(way_ == Way::capture ? device->input_name : device->output_name);
  cubeb_stream_device_destroy(stream_, device);
  return name;
}

class CubebStreams final : public SoundStreams {
 public:
  CubebStreams(Context context, AudioDeviceOptions options, std::shared_ptr<DeviceRings> rings)
      : context_(std::move(context)), options_(std::move(options)), rings_(std::move(rings)) {}

  [[nodiscard]] Result<void> start() {
    if (auto done = start(Way::capture, capture_); !done) return done;
    return start(Way::playback, playback_);
  }

  [[nodiscard]] bool works() override {
    if ((capture_ && !capture_->works()) || (playback_ && !playback_->works())) return false;
    // Moved away from the device that was asked for, which is there again: back to it.
    return !has_returned(Way::capture, capture_) && !has_returned(Way::playback, playback_);
  }
  [[nodiscard]] Names names() override {
    return {name_of(Way::capture, capture_), name_of(Way::playback, playback_)};
  }

 private:
  [[nodiscard]] const std::string& wanted(Way way) const {
    return way == Way::capture ? options_.capture : options_.playback;
  }
  [[nodiscard]] Result<void> start(Way way, std::unique_ptr<Stream>& stream);
  [[nodiscard]] std::string name_of(Way way, const std::unique_ptr<Stream>& stream) const;
  [[nodiscard]] bool has_returned(Way way, const std::unique_ptr<Stream>& stream) const;

  Context context_;
  AudioDeviceOptions options_;
  std::shared_ptr<DeviceRings> rings_;
  std::unique_ptr<Stream> capture_, playback_;  // none: a null device. Go before the context
};

/// A device that is not there is replaced by the system's default, for as long.
Result<void> CubebStreams::start(Way way, std::unique_ptr<Stream>& stream) {
  if (wanted(way) == kNullDevice) return {};
  const Collection devices(context_.get(), way);
  const cubeb_device_info* const device = wanted(way).empty() ? nullptr : devices.find(wanted(way));
  stream = std::make_unique<Stream>(way, rings_);
  if (stream->start(context_.get(), device == nullptr ? nullptr : device->devid, options_))
    return {};
  if (devices.devices().empty()) return fail(Errc::media_failed, std::string(kNoneHere));
  return fail(Errc::media_failed, way == Way::capture ? "the microphone cannot be opened"
                                                      : "the loudspeaker cannot be opened");
}

std::string CubebStreams::name_of(Way way, const std::unique_ptr<Stream>& stream) const {
  if (!stream) return std::string(kNullDevice);
  const std::string name = stream->device_name();
  const Collection devices(context_.get(), way);
  const cubeb_device_info* const device = devices.find(name);
  return device == nullptr ? name : text(device->device_id);
}

bool CubebStreams::has_returned(Way way, const std::unique_ptr<Stream>& stream) const {
  if (!stream || wanted(way).empty()) return false;
  const Collection devices(context_.get(), way);
  const cubeb_device_info* const device = devices.find(wanted(way));
  const std::string current = stream->device_name();
  return device != nullptr && !current.empty() && current != text(device->device_id) &&
         current != text(device->friendly_name);
}

void add_devices(cubeb* context, Way way, std::vector<AudioDevice>& list) {
  const Collection devices(context, way);
  for (const auto& device : devices.devices()) {
    if (device.state != CUBEB_DEVICE_STATE_ENABLED) continue;
    list.push_back({.name = text(device.device_id),
                    .description = text(device.friendly_name),
                    .captures = way == Way::capture,
                    .is_default = device.preferred != CUBEB_DEVICE_PREF_NONE,
                    .rate = static_cast<int>(device.default_rate)});
  }
}

}  // namespace

Result<std::unique_ptr<SoundStreams>> open_sound_card(const AudioDeviceOptions& options,
                                                      std::shared_ptr<DeviceRings> rings) {
  if (options.capture == kNullDevice && options.playback == kNullDevice) {
    return open_null_device(options, std::move(rings));
  }
  auto context = connect();
  if (!context) return tl::unexpected<Error>(std::move(context.error()));
  auto streams = std::make_unique<CubebStreams>(std::move(*context), options, std::move(rings));
  if (auto started = streams->start(); !started) return tl::unexpected<Error>(started.error());
  return streams;
}

Result<std::vector<AudioDevice>> list_sound_cards() {
  auto context = connect();
  if (!context) return tl::unexpected<Error>(std::move(context.error()));
  std::vector<AudioDevice> list;
  add_devices(context->get(), Way::capture, list);
  add_devices(context->get(), Way::playback, list);
  if (list.empty()) return fail(Errc::media_failed, std::string(kNoneHere));
  return list;
}

}  // namespace godwit::io
