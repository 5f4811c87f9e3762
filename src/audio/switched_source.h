// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "audio/audio_port.h"

namespace godwit::audio {

/// A source in whose place another may be put at any time: within the first 5 ms of the next frame
/// the old one fades out and the new one in, so that nothing clicks.
class SwitchedSource final : public Source {
 public:
  explicit SwitchedSource(std::unique_ptr<Source> source);
  void switch_to(std::unique_ptr<Source> next);

  void set_rate(int hz) override;
  void read(std::span<std::int16_t> frame) override;
  void pass(std::size_t samples) override { source_->pass(samples); }
  [[nodiscard]] bool ended() const override { return source_->ended(); }

 private:
  std::unique_ptr<Source> source_;
  std::unique_ptr<Source> before_;  // until it has faded out
  int rate_ = kBaseRate;
};

}  // namespace godwit::audio
