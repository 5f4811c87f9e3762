// SPDX-License-Identifier: Apache-2.0
#include "lab/event_stream.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "lab/clock.h"
#include "lab/interrupt.h"

namespace godwit::lab {

EventStream::EventStream(UniqueFd from, const std::string& copy_path, Listener listener)
    : from_(std::move(from)), listener_(std::move(listener)) {
  thread_ = std::thread([this, copy_path] { loop(copy_path); });
}

EventStream::~EventStream() {
  finish();
}

void EventStream::finish() {
  if (thread_.joinable()) thread_.join();
}

void EventStream::take_line(const std::string& line) {
  Event event = Event::parse(line, nullptr, false);
  if (!event.is_object()) return;
  if (listener_) listener_(event);
  const std::lock_guard lock(mutex_);
  events_.push_back(std::move(event));
}

void EventStream::loop(const std::string& copy_path) {
  std::ofstream copy(copy_path, std::ios::trunc);
  std::string pending;
  std::array<char, 4096> buffer;
  for (;;) {
    const ssize_t size = ::read(from_.get(), buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    copy.write(buffer.data(), size).flush();
    pending.append(buffer.data(), static_cast<std::size_t>(size));
    for (auto end = pending.find('\n'); end != std::string::npos; end = pending.find('\n')) {
      take_line(pending.substr(0, end));
      pending.erase(0, end + 1);
    }
  }
  const std::lock_guard lock(mutex_);
  ended_ = true;
}

bool EventStream::has(std::string_view type) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(events_.begin(), events_.end(),
                     [&](const Event& event) { return event.value("type", "") == type; });
}

bool EventStream::wait_for(std::string_view type, double limit_ms) const {
  constexpr double kStepMs = 5;
  for (double waited = 0; waited < limit_ms; waited += kStepMs) {
    if (has(type)) return true;
    if (ended() || !pause_ms(kStepMs)) return false;
  }
  return has(type);
}

std::vector<EventStream::Event> EventStream::events() const {
  const std::lock_guard lock(mutex_);
  return events_;
}

bool EventStream::ended() const {
  const std::lock_guard lock(mutex_);
  return ended_;
}

}  // namespace godwit::lab
