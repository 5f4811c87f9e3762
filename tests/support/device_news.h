// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "io/device_keeper.h"
#include "support/serve_until.h"

namespace godwit::test {

/// What a device has to tell next; empty: nothing within five seconds.
inline std::optional<audio::DeviceNews> next_news(io::Loop& loop, io::DeviceLink& link) {
  std::optional<audio::DeviceNews> news;
  static_cast<void>(serve_until(loop, [&] {
    if (!news) news = link.take_news();
    return news.has_value();
  }));
  return news;
}

}  // namespace godwit::test
