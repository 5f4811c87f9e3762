// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "audio/device_watch.h"
#include "io/sound_card.h"

namespace godwit::io {

/// The devices of one call, as long as somebody holds this: the rings, and what is told of the
/// devices.
class DeviceLink final : public audio::DeviceWatch {
 public:
  explicit DeviceLink(AudioDeviceOptions wanted)
      : options(std::move(wanted)), rings(std::make_shared<DeviceRings>(options.rate)) {}

  /// The loop.
  [[nodiscard]] std::optional<audio::DeviceNews> take_news() override;
  /// The keeper.
  void tell(audio::DeviceNews news);

  const AudioDeviceOptions options;
  const std::shared_ptr<DeviceRings> rings;

 private:
  std::mutex mutex_;
  std::deque<audio::DeviceNews> news_;
};

/// Opens and closes the sound devices of calls on a thread of its own, since a sound server may
/// take its time: the loop never waits for one. A device that is gone is opened again, once a
/// second, until it is back or the call has ended; what happens is told by the link.
class DeviceKeeper {
 public:
  explicit DeviceKeeper(OpenSoundCard open);
  /// Waits a second at most: a sound server that hangs keeps its thread, and nobody else.
  ~DeviceKeeper();
  DeviceKeeper(const DeviceKeeper&) = delete;
  DeviceKeeper& operator=(const DeviceKeeper&) = delete;

  /// The devices are open soon, and closed soon after the link is let go.
  [[nodiscard]] std::shared_ptr<DeviceLink> connect(AudioDeviceOptions options);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace godwit::io
