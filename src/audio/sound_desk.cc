// SPDX-License-Identifier: Apache-2.0
#include "audio/sound_desk.h"

#include <algorithm>
#include <utility>

namespace godwit::audio {
namespace {

constexpr std::size_t kFades = 2;  // in a block of 10 ms: mute comes and goes within 5 ms

class DeskSource final : public Source {
 public:
  explicit DeskSource(std::shared_ptr<SoundDesk> desk) : desk_(std::move(desk)) {}
  void set_rate(int hz) override { desk_->set_say_rate(hz); }
  void read(std::span<std::int16_t> frame) override { desk_->say(frame); }
  void pass(std::size_t samples) override { desk_->pass(samples); }
  [[nodiscard]] bool ended() const override { return desk_->played(); }

 private:
  std::shared_ptr<SoundDesk> desk_;
};

class DeskSink final : public Sink {
 public:
  explicit DeskSink(std::shared_ptr<SoundDesk> desk) : desk_(std::move(desk)) {}
  void set_rate(int hz) override { desk_->set_hear_rate(hz); }
  void write(std::span<const std::int16_t> frame) override { desk_->hear(frame); }
  void close() override { desk_->close(); }

 private:
  std::shared_ptr<SoundDesk> desk_;
};

}  // namespace

SoundDesk::SoundDesk(std::unique_ptr<Source> plays) : plays_(std::move(plays)) {}

void SoundDesk::set_rate(int hz) {
  set_say_rate(hz);
  set_hear_rate(hz);
}

void SoundDesk::set_say_rate(int hz) {
  const int before = std::exchange(say_rate_, hz);
  if (before == hz) return;
  muted_for_ = muted_for_ * block_of(hz) / block_of(before);
  tones_.set_rate(hz);
  if (recorder_) recorder_->set_said_rate(hz);
  if (seat_) return seat_->set_read_rate(hz);
  plays_.set_rate(hz);
}

void SoundDesk::set_hear_rate(int hz) {
  if (std::exchange(hear_rate_, hz) == hz) return;
  if (seat_) seat_->set_write_rate(hz);
  if (also_hears_) also_hears_->set_rate(hz);
  if (listener_) listener_->set_rate(hz);
  if (recorder_) recorder_->set_heard_rate(hz);
}

void SoundDesk::play(std::unique_ptr<Source> source, std::unique_ptr<Sink> also_hears) {
  plays_.switch_to(std::move(source));
  also_hears_ = std::move(also_hears);
  if (also_hears_) also_hears_->set_rate(hear_rate_);
}

void SoundDesk::set_listener(std::shared_ptr<Sink> listener) {
  listener_ = std::move(listener);
  if (listener_) listener_->set_rate(hear_rate_);
}

void SoundDesk::record(std::unique_ptr<Recorder> recorder) {
  recorder_ = std::move(recorder);
  if (!recorder_) return;
  recorder_->set_said_rate(say_rate_);
  recorder_->set_heard_rate(hear_rate_);
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
  if (!mixer_ || held_) {
    seat_.reset();
    return plays_.set_rate(say_rate_);  // a conference has its own
  }
  if (seat_) return;
  seat_ = std::make_unique<Mixer::Seat>(mixer_, plays_);
  seat_->set_write_rate(hear_rate_);
  seat_->set_read_rate(say_rate_);
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
  if (!seat_) plays_.pass(samples);
  if (!recorder_) return;
  recorder_->said_nothing(samples);
  check_recorder();
}

void SoundDesk::hear(std::span<const std::int16_t> frame) {
  if (seat_) seat_->write(frame);
  if (also_hears_) also_hears_->write(frame);
  if (listener_) listener_->write(frame);
  if (!recorder_) return;
  recorder_->heard(frame);
  check_recorder();
}

// Mute neither comes nor goes at once, so that it does not click.
void SoundDesk::fade(std::span<std::int16_t> frame) {
  if (!muted_ && muted_for_ == 0) return;
  const std::size_t whole = block_of(say_rate_) / kFades;
  for (std::int16_t& sample : frame) {
    muted_for_ = muted_ ? std::min(muted_for_ + 1, whole) : muted_for_ - std::min<std::size_t>(muted_for_, 1);
    sample = static_cast<std::int16_t>(sample * static_cast<int>(whole - muted_for_) / static_cast<int>(whole));
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
  if (listener_) listener_->close();
  listener_.reset();
}

std::unique_ptr<Source> source_of(std::shared_ptr<SoundDesk> desk) {
  return std::make_unique<DeskSource>(std::move(desk));
}

std::unique_ptr<Sink> sink_of(std::shared_ptr<SoundDesk> desk) {
  return std::make_unique<DeskSink>(std::move(desk));
}

}  // namespace godwit::audio
