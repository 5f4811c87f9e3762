// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>

#include "audio/audio_port.h"

namespace godwit::audio {

/// A source that somebody else keeps too: the application.
class SharedSource final : public Source {
 public:
  explicit SharedSource(std::shared_ptr<Source> source) : source_(std::move(source)) {}
  void set_rate(int hz) override { source_->set_rate(hz); }
  void read(std::span<std::int16_t> frame) override { source_->read(frame); }
  void pass(std::size_t samples) override { source_->pass(samples); }
  [[nodiscard]] bool ended() const override { return source_->ended(); }

 private:
  std::shared_ptr<Source> source_;
};

}  // namespace godwit::audio
