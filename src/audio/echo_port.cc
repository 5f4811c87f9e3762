// SPDX-License-Identifier: Apache-2.0
#include "audio/echo_port.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace godwit::audio {
namespace {

/// A ring of samples; both ends run on the agent's one thread.
class Ring {
 public:
  void push(std::int16_t sample) {
    if (size_ == samples_.size()) {
      first_ = (first_ + 1) % samples_.size();
      --size_;
    }
    samples_[(first_ + size_) % samples_.size()] = sample;
    ++size_;
  }
  std::int16_t pop() {
    if (size_ == 0) return 0;
    const std::int16_t sample = samples_[first_];
    first_ = (first_ + 1) % samples_.size();
    --size_;
    return sample;
  }

 private:
  std::array<std::int16_t, 1600> samples_{};
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

class EchoSource final : public Source {
 public:
  explicit EchoSource(std::shared_ptr<Ring> ring) : ring_(std::move(ring)) {}
  void read(std::span<std::int16_t> frame) override {
    std::ranges::generate(frame, [this] { return ring_->pop(); });
  }

 private:
  std::shared_ptr<Ring> ring_;
};

class EchoSink final : public Sink {
 public:
  EchoSink(std::shared_ptr<Ring> ring, std::unique_ptr<Sink> also)
      : ring_(std::move(ring)), also_(std::move(also)) {}
  void write(std::span<const std::int16_t> frame) override {
    for (const std::int16_t sample : frame) ring_->push(sample);
    also_->write(frame);
  }
  void close() override { also_->close(); }

 private:
  std::shared_ptr<Ring> ring_;
  std::unique_ptr<Sink> also_;
};

}  // namespace

EchoPort make_echo_port(std::unique_ptr<Sink> also) {
  auto ring = std::make_shared<Ring>();
  return {.source = std::make_unique<EchoSource>(ring),
          .sink = std::make_unique<EchoSink>(ring, std::move(also))};
}

}  // namespace godwit::audio
