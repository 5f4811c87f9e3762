// SPDX-License-Identifier: Apache-2.0
#include "audio/echo_port.h"

#include <array>
#include <optional>
#include <utility>

#include "audio/frame_queue.h"
#include "audio/resampler.h"

namespace godwit::audio {
namespace {

/// What was heard and not yet said, at the rate of what is said. Both ends run on the agent's one thread.
class Echo {
 public:
  void set_source_rate(int hz) {
    if (std::exchange(source_rate_, hz) == hz) return;
    waiting_.set_rate(hz);
    resample();
  }
  void set_sink_rate(int hz) {
    if (std::exchange(sink_rate_, hz) == hz) return;
    resample();
  }
  void pull(std::span<std::int16_t> frame) { waiting_.pull(frame); }
  void push(std::span<const std::int16_t> frame) {
    if (!resampler_) return waiting_.push(frame);
    std::array<std::int16_t, kMostBlock> block;
    const auto out = std::span{block}.first(block_of(source_rate_));
    const std::size_t step = block_of(sink_rate_);
    for (; frame.size() >= step; frame = frame.subspan(step)) {
      resampler_->process(frame.first(step), out);
      waiting_.push(out);
    }
  }

 private:
  void resample() {
    resampler_.reset();
    if (source_rate_ != sink_rate_) resampler_.emplace(sink_rate_, source_rate_);
  }

  int source_rate_ = kBaseRate;
  int sink_rate_ = kBaseRate;
  std::optional<Resampler> resampler_;
  FrameQueue waiting_;
};

class EchoSource final : public Source {
 public:
  explicit EchoSource(std::shared_ptr<Echo> echo) : echo_(std::move(echo)) {}
  void set_rate(int hz) override { echo_->set_source_rate(hz); }
  void read(std::span<std::int16_t> frame) override { echo_->pull(frame); }

 private:
  std::shared_ptr<Echo> echo_;
};

class EchoSink final : public Sink {
 public:
  EchoSink(std::shared_ptr<Echo> echo, std::unique_ptr<Sink> also)
      : echo_(std::move(echo)), also_(std::move(also)) {}
  void set_rate(int hz) override {
    echo_->set_sink_rate(hz);
    also_->set_rate(hz);
  }
  void write(std::span<const std::int16_t> frame) override {
    echo_->push(frame);
    also_->write(frame);
  }
  void close() override { also_->close(); }

 private:
  std::shared_ptr<Echo> echo_;
  std::unique_ptr<Sink> also_;
};

}  // namespace

EchoPort make_echo_port(std::unique_ptr<Sink> also) {
  auto echo = std::make_shared<Echo>();
  return {.source = std::make_unique<EchoSource>(echo),
          .sink = std::make_unique<EchoSink>(echo, std::move(also))};
}

}  // namespace godwit::audio
