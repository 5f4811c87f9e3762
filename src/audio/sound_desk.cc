// SPDX-License-Identifier: Apache-2.0
#include "audio/sound_desk.h"

#include <algorithm>
#include <utility>

namespace godwit::audio {
namespace {

class DeskSource final : public Source {
 public:
  explicit DeskSource(std::shared_ptr<SoundDesk> desk) : desk_(std::move(desk)) {}
  void read(std::span<std::int16_t> frame) override { desk_->say(frame); }
  void pass(std::size_t samples) override { desk_->pass(samples); }
  [[nodiscard]] bool ended() const override { return desk_->played(); }

 private:
  std::shared_ptr<SoundDesk> desk_;
};

class DeskSink final : public Sink {
 public:
  explicit DeskSink(std::shared_ptr<SoundDesk> desk) : desk_(std::move(desk)) {}
  void write(std::span<const std::int16_t> frame) override { desk_->hear(frame); }
  void close() override { desk_->close(); }

 private:
  std::shared_ptr<SoundDesk> desk_;
};

}  // namespace

SoundDesk::SoundDesk(std::unique_ptr<Source> plays) : plays_(std::move(plays)) {}

void SoundDesk::play(std::unique_ptr<Source> source, std::unique_ptr<Sink> also_hears) {
  plays_.switch_to(std::move(source));
  also_hears_ = std::move(also_hears);
}

void SoundDesk::set_held(bool held) {
  held_ = held;
  take_seat();
}

void SoundDesk::join(std::shared_ptr<Mixer> mixer) {
  if (mixer == mixer_) return;
  seat_.reset();
  mixer_ = std::move(mixer);
  take_seat();
}

void SoundDesk::take_seat() {
  if (!mixer_ || held_) return seat_.reset();
  if (!seat_) seat_ = std::make_unique<Mixer::Seat>(mixer_, plays_);
}

void SoundDesk::say(std::span<std::int16_t> frame) {
  if (seat_) {
    seat_->read(frame);
  } else {
    plays_.read(frame);
  }
  fade(frame);
  tones_.replace(frame);
  if (!recorder_) return;
  recorder_->said(frame);
  check_recorder();
}

void SoundDesk::pass(std::size_t samples) {
  if (seat_) seat_->pass(samples);
  if (!recorder_) return;
  recorder_->said_nothing(samples);
  check_recorder();
}

void SoundDesk::hear(std::span<const std::int16_t> frame) {
  if (seat_) seat_->write(frame);
  if (also_hears_) also_hears_->write(frame);
  if (!recorder_) return;
  recorder_->heard(frame);
  check_recorder();
}

// Mute comes and goes within 5 ms, so that it does not click.
void SoundDesk::fade(std::span<std::int16_t> frame) {
  if (!muted_ && gain_ == kFullGain) return;
  for (std::int16_t& sample : frame) {
    gain_ = std::clamp(gain_ + (muted_ ? -1 : 1), 0, kFullGain);
    sample = static_cast<std::int16_t>(sample * gain_ / kFullGain);
  }
}

void SoundDesk::check_recorder() {
  if (recorder_->works()) return;
  recorder_.reset();
  recording_failed_ = true;
}

void SoundDesk::close() {
  join(nullptr);
  recorder_.reset();
}

std::unique_ptr<Source> source_of(std::shared_ptr<SoundDesk> desk) {
  return std::make_unique<DeskSource>(std::move(desk));
}

std::unique_ptr<Sink> sink_of(std::shared_ptr<SoundDesk> desk) {
  return std::make_unique<DeskSink>(std::move(desk));
}

}  // namespace godwit::audio
