// SPDX-License-Identifier: Apache-2.0
#include "io/null_device.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace godwit::io {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kPeriod{10};

class NullStreams final : public SoundStreams {
 public:
  NullStreams(int rate, std::shared_ptr<DeviceRings> rings, NullDeviceHooks hooks)
      : rings_(std::move(rings)),
        hooks_(std::move(hooks)),
        block_(static_cast<std::size_t>(rate) / (std::chrono::seconds{1} / kPeriod)),
        thread_([this] { run(); }) {}
  ~NullStreams() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

  [[nodiscard]] bool works() override { return true; }
  [[nodiscard]] Names names() override {
    return {std::string(kNullDevice), std::string(kNullDevice)};
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    // Never by "10 ms from now": what a wake-up is late must not add up.
    for (auto due = Clock::now() + kPeriod; !stopping_; due += kPeriod) {
      if (wake_.wait_until(lock, due, [this] { return stopping_; })) return;
      move_a_block();
    }
  }

  void move_a_block() {
    std::fill(block_.begin(), block_.end(), std::int16_t{0});
    if (hooks_.speak) hooks_.speak(block_);
    rings_->captured.push(block_);
    rings_->play(block_);
    if (hooks_.listen) hooks_.listen(block_);
  }

  std::shared_ptr<DeviceRings> rings_;
  NullDeviceHooks hooks_;
  std::vector<std::int16_t> block_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;  // the last: it uses all the others
};

}  // namespace

std::unique_ptr<SoundStreams> open_null_device(const AudioDeviceOptions& options,
                                               std::shared_ptr<DeviceRings> rings,
                                               NullDeviceHooks hooks) {
  return std::make_unique<NullStreams>(options.rate, std::move(rings), std::move(hooks));
}

}  // namespace godwit::io
