// SPDX-License-Identifier: Apache-2.0
#include "lab/link_emulator.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>

#include <algorithm>
#include <array>

#include "lab/clock.h"
#include "lab/real_time.h"
#include "lab/system_error.h"

namespace godwit::lab {
namespace {

constexpr std::uint32_t kTimer = 0xfffffffe;
constexpr std::uint32_t kWake = 0xffffffff;
constexpr std::size_t kMaxPacket = 65536;

TimePoint now() {
  return TimePoint(Duration(read_clock(CLOCK_MONOTONIC)));
}

bool watch(int epoll, int fd, std::uint32_t mark) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u32 = mark;
  return ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

}  // namespace

LinkEmulator::~LinkEmulator() {
  stop();
}

void LinkEmulator::add_link(UniqueFd one_end, UniqueFd other_end, const LinkShape& shape,
                            std::uint64_t seed) {
  directions_.push_back({one_end.get(), other_end.get(), LinkQueue(shape, seed * 2)});
  directions_.push_back({other_end.get(), one_end.get(), LinkQueue(shape, seed * 2 + 1)});
  ends_.push_back(std::move(one_end));
  ends_.push_back(std::move(other_end));
}

Result<void> LinkEmulator::start() {
  epoll_ = UniqueFd(::epoll_create1(EPOLL_CLOEXEC));
  timer_ = UniqueFd(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));
  wake_ = UniqueFd(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  bool good = watch(epoll_.get(), timer_.get(), kTimer) && watch(epoll_.get(), wake_.get(), kWake);
  for (std::uint32_t i = 0; i < directions_.size(); ++i) {
    good = good && watch(epoll_.get(), directions_[i].from, i);
  }
  if (!good) return system_failure("start the link emulator");
  thread_ = std::thread([this] { loop(); });
  return {};
}

void LinkEmulator::stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  const std::uint64_t one = 1;
  while (::write(wake_.get(), &one, sizeof one) < 0 && errno == EINTR) {
  }
  thread_.join();
}

void LinkEmulator::take_in(Direction& direction) {
  std::array<std::uint8_t, kMaxPacket> buffer;
  for (;;) {
    const ssize_t size = ::read(direction.from, buffer.data(), buffer.size());
    if (size <= 0) return;
    direction.queue.push(LinkQueue::Packet(buffer.begin(), buffer.begin() + size), now());
  }
}

void LinkEmulator::hand_out(Direction& direction) {
  while (auto packet = direction.queue.pop(now())) {
    // A device that is down takes nothing: what was under way to it is lost, as on a real link.
    if (::write(direction.to, packet->data(), packet->size()) < 0) continue;
  }
}

void LinkEmulator::arm_timer() {
  std::optional<TimePoint> next;
  for (const Direction& direction : directions_) {
    const auto deadline = direction.queue.next_deadline();
    if (deadline && (!next || *deadline < *next)) next = deadline;
  }
  itimerspec when{};
  if (next) {
    const std::int64_t ns = std::max<std::int64_t>(next->time_since_epoch().count(), 1);
    when.it_value.tv_sec = ns / kNsPerSecond;
    when.it_value.tv_nsec = ns % kNsPerSecond;
  }
  ::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &when, nullptr);
}

void LinkEmulator::loop() {
  // A link that is late because another process computes would be measured as godwit's slowness.
  const RealTime ahead;
  if (!ahead.granted()) {
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), -20);
  }
  std::array<epoll_event, 16> events{};
  while (!stopping_) {
    arm_timer();
    const int count =
        ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const std::uint32_t mark = events[static_cast<std::size_t>(i)].data.u32;
      if (mark < directions_.size()) take_in(directions_[mark]);
      std::uint64_t expirations = 0;
      if (mark == kTimer && ::read(timer_.get(), &expirations, sizeof expirations) < 0) continue;
    }
    for (Direction& direction : directions_) hand_out(direction);
  }
}

}  // namespace godwit::lab
