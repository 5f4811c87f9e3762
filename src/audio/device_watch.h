// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

namespace godwit::audio {

/// What has become of the sound devices of a call.
struct DeviceNews {
  bool works = false;
  std::string capture, playback;  ///< their names, while they work
  std::string reason;             ///< else: why they do not
};

/// Tells of the sound devices that a call speaks and listens by.
class DeviceWatch {
 public:
  virtual ~DeviceWatch() = default;
  /// What is not told yet, the oldest first.
  [[nodiscard]] virtual std::optional<DeviceNews> take_news() = 0;
};

}  // namespace godwit::audio
