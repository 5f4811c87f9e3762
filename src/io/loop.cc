// SPDX-License-Identifier: Apache-2.0
#include "io/loop.h"

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <utility>

#include "io/receive_batch.h"

namespace godwit::io {
namespace {

// Whoever polls wants to be back soon, even when each handler makes another one due.
constexpr std::size_t kHandlersPerPoll = 1000;
constexpr std::chrono::milliseconds kLongestPoll{20};  // and one handler

std::size_t serve_due(asio::io_context& context) {
  const auto end = std::chrono::steady_clock::now() + kLongestPoll;
  std::size_t served = 0;
  while (served < kHandlersPerPoll && context.poll_one() > 0) {
    ++served;
    if (std::chrono::steady_clock::now() > end) break;
  }
  return served;
}

// Marks the loop as being served for as long as it lives.
class Serving {
 public:
  explicit Serving(bool& flag) : flag_(flag) { flag_ = true; }
  ~Serving() { flag_ = false; }
  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;

 private:
  bool& flag_;
};

}  // namespace

// One thread serves a loop, but others post to it: the default hint keeps its locks.
Loop::Loop()
    : own_(std::make_unique<asio::io_context>()),
      context_(own_.get()),
      work_(std::make_shared<asio::executor_work_guard<asio::io_context::executor_type>>(
          context_->get_executor())) {}
Loop::Loop(asio::io_context& context, std::function<void()> stopped)
    : context_(&context), told_when_stopped_(std::move(stopped)) {}
Loop::~Loop() = default;

TimePoint Loop::now() const {
  return TimePoint{std::chrono::steady_clock::now().time_since_epoch()};
}

std::chrono::system_clock::time_point Loop::wall() const {
  return std::chrono::system_clock::now();
}

void Loop::run() {
  if (serving_ || !own_) return;
  const Serving serving(serving_);
  if (!stopped_) context_->run();
  stopped_ = false;
  context_->restart();
}

bool Loop::poll(Duration wait) {
  if (stopped_) return false;
  if (serving_ || !own_) return true;
  const Serving serving(serving_);
  if (serve_due(*context_) == 0 && wait > Duration::zero() && context_->run_one_for(wait) > 0) {
    serve_due(*context_);
  }
  return !stopped_;
}

void Loop::post(std::function<void()> f) {
  asio::post(*context_, std::move(f));
}

void Loop::stop() {
  const bool first = !stopped_.exchange(true);
  if (own_) return context_->stop();
  if (first && told_when_stopped_) asio::post(*context_, told_when_stopped_);
}

void Loop::close() {
  told_when_stopped_ = nullptr;
  stop();
}

// Whoever runs an own loop keeps it, and what it serves, for as long; to post would keep it for ever.
void Loop::keep_for_this_turn(std::shared_ptr<void> what) {
  if (!own_) asio::post(*context_, [kept = std::move(what)] {});
}

ReceiveBatch& Loop::receive_batch() {
  if (!receive_batch_) receive_batch_ = std::make_unique<ReceiveBatch>();
  return *receive_batch_;
}

}  // namespace godwit::io
