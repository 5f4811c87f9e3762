// SPDX-License-Identifier: Apache-2.0
#include "io/device_keeper.h"

#include <chrono>
#include <condition_variable>
#include <list>
#include <thread>
#include <utility>

namespace godwit::io {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kLook{250};  // how often devices are asked how they are
constexpr std::chrono::seconds kRetry{1};
constexpr std::chrono::seconds kPatience{1};  // with a sound server, at the end
constexpr std::size_t kMostNews = 16;         // that nobody has asked for

/// One call's devices, as the thread keeps them.
struct Kept {
  std::weak_ptr<DeviceLink> link;
  std::shared_ptr<DeviceRings> rings;
  AudioDeviceOptions options;
  std::unique_ptr<SoundStreams> streams;
  SoundStreams::Names names;
  std::string told_reason;  // why they do not work, as told last
  Clock::time_point retry_at{};
};

void lose(Kept& kept, DeviceLink& link, std::string reason) {
  kept.streams.reset();
  if (std::exchange(kept.told_reason, reason) == reason) return;
  link.tell({.works = false, .capture = {}, .playback = {}, .reason = std::move(reason)});
}

void tell_working(Kept& kept, DeviceLink& link) {
  kept.told_reason.clear();
  kept.names = kept.streams->names();
  link.tell({true, kept.names.capture, kept.names.playback, {}});
}

void tend(Kept& kept, DeviceLink& link, const OpenSoundCard& open) {
  if (kept.streams && !kept.streams->works()) lose(kept, link, "the sound device is gone");
  if (kept.streams) {
    if (kept.streams->names() != kept.names) tell_working(kept, link);
    return;
  }
  if (Clock::now() < kept.retry_at) return;
  kept.retry_at = Clock::now() + kRetry;
  auto streams = open(kept.options, kept.rings);
  if (!streams) return lose(kept, link, std::move(streams.error().detail));
  kept.streams = std::move(*streams);
  tell_working(kept, link);
}

}  // namespace

std::optional<audio::DeviceNews> DeviceLink::take_news() {
  const std::lock_guard lock(mutex_);
  if (news_.empty()) return std::nullopt;
  auto first = std::move(news_.front());
  news_.pop_front();
  return first;
}

void DeviceLink::tell(audio::DeviceNews news) {
  const std::lock_guard lock(mutex_);
  if (news_.size() == kMostNews) news_.pop_front();
  news_.push_back(std::move(news));
}

struct DeviceKeeper::State {
  explicit State(OpenSoundCard o) : open(std::move(o)) {}

  void run();
  void tend_all(std::list<Kept>& kept) const;

  const OpenSoundCard open;
  std::thread thread;
  std::mutex mutex;  // of what follows
  std::condition_variable wake, finished;
  std::list<Kept> coming;
  bool stopping = false;
  bool has_finished = false;
};

void DeviceKeeper::State::run() {
  std::list<Kept> kept;  // no other thread sees it
  std::unique_lock lock(mutex);
  while (!stopping) {
    kept.splice(kept.end(), coming);
    lock.unlock();
    tend_all(kept);
    lock.lock();
    const auto has_work = [this] { return stopping || !coming.empty(); };
    if (kept.empty()) {
      wake.wait(lock, has_work);
    } else {
      wake.wait_for(lock, kLook, has_work);
    }
  }
  lock.unlock();
  kept.clear();
  lock.lock();
  has_finished = true;
  finished.notify_all();
}

void DeviceKeeper::State::tend_all(std::list<Kept>& kept) const {
  for (auto each = kept.begin(); each != kept.end();) {
    if (const auto link = each->link.lock()) {
      tend(*each, *link, open);
      ++each;
    } else {
      each = kept.erase(each);
    }
  }
}

DeviceKeeper::DeviceKeeper(OpenSoundCard open) : state_(std::make_shared<State>(std::move(open))) {}

DeviceKeeper::~DeviceKeeper() {
  if (!state_->thread.joinable()) return;
  std::unique_lock lock(state_->mutex);
  state_->stopping = true;
  state_->wake.notify_all();
  const bool done =
      state_->finished.wait_for(lock, kPatience, [this] { return state_->has_finished; });
  lock.unlock();
  if (done) {
    state_->thread.join();
  } else {
    state_->thread.detach();  // it keeps the state
  }
}

std::shared_ptr<DeviceLink> DeviceKeeper::connect(AudioDeviceOptions options) {
  auto link = std::make_shared<DeviceLink>(options);
  {
    const std::lock_guard lock(state_->mutex);
    state_->coming.push_back({.link = link, .rings = link->rings, .options = std::move(options)});
  }
  if (!state_->thread.joinable()) {
    state_->thread = std::thread([state = state_] { state->run(); });
  }
  state_->wake.notify_all();
  return link;
}

}  // namespace godwit::io
