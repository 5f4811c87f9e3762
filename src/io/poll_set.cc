// SPDX-License-Identifier: Apache-2.0
#include "io/poll_set.h"

#include <sys/epoll.h>

#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <utility>

#include "io/fd_watch.h"
#include "io/file_descriptor.h"
#include "io/system_error.h"

namespace godwit::io {
namespace {

constexpr std::size_t kPerTurn = 64;  // then the timers have their turn

}  // namespace

// The handlers are shared: one may destroy its own watch while it runs.
struct PollSet::State {
  FileDescriptor epoll;
  std::function<void()> after_turn;
  std::unordered_map<std::uint64_t, std::shared_ptr<std::function<void()>>> handlers;
  std::uint64_t last = 0;  // numbers are not used again: what is gone is not mistaken for another
  std::optional<FdWatch> watch;  // goes before the descriptor

  void take_turn() {
    std::array<epoll_event, kPerTurn> ready;  // filled as far as it is read
    const int count = ::epoll_wait(epoll.get(), ready.data(), kPerTurn, 0);
    for (int i = 0; i < count; ++i) {
      // A copy: the kernel's structure is packed, and a reference into it may be misaligned.
      const std::uint64_t number = ready[static_cast<std::size_t>(i)].data.u64;
      const auto handler = handlers.find(number);
      if (handler == handlers.end()) continue;  // its watch was destroyed in this turn
      const auto kept = handler->second;
      (*kept)();
    }
    if (count > 0 && after_turn) after_turn();
  }
};

struct PollSet::Watch::Place {
  std::weak_ptr<State> set;
  int fd;
  std::uint64_t number;
};

PollSet::Watch::Watch(std::unique_ptr<Place> place) : place_(std::move(place)) {}

PollSet::Watch::Watch(Watch&& other) noexcept = default;

PollSet::Watch::~Watch() {
  if (!place_) return;
  const auto set = place_->set.lock();
  if (!set) return;
  ::epoll_ctl(set->epoll.get(), EPOLL_CTL_DEL, place_->fd, nullptr);
  set->handlers.erase(place_->number);
}

PollSet::PollSet(std::shared_ptr<State> state) : state_(std::move(state)) {}

PollSet::~PollSet() {
  if (!state_) return;
  state_->watch.reset();
  state_->handlers.clear();  // a turn that is under way ends here
  state_->after_turn = nullptr;
}

Result<PollSet> PollSet::make(Loop& loop, std::function<void()> after_turn) {
  auto state = std::make_shared<State>();
  state->epoll = FileDescriptor(::epoll_create1(EPOLL_CLOEXEC));
  if (!state->epoll) return system_failure(last_error(), "watching descriptors");
  state->after_turn = std::move(after_turn);
  auto watch = FdWatch::start(loop, state->epoll.get(), [weak = std::weak_ptr<State>(state)] {
    if (const auto self = weak.lock()) self->take_turn();
  });
  if (!watch) return tl::unexpected<Error>(std::move(watch.error()));
  state->watch.emplace(std::move(*watch));
  return PollSet(std::move(state));
}

Result<PollSet::Watch> PollSet::add(int fd, std::function<void()> ready) {
  const std::uint64_t number = ++state_->last;
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = number;
  if (::epoll_ctl(state_->epoll.get(), EPOLL_CTL_ADD, fd, &event) != 0) {
    return system_failure(last_error(), "watching a descriptor");
  }
  state_->handlers.emplace(number, std::make_shared<std::function<void()>>(std::move(ready)));
  return Watch(std::make_unique<Watch::Place>(Watch::Place{state_, fd, number}));
}

}  // namespace godwit::io
