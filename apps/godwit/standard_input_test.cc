// SPDX-License-Identifier: Apache-2.0
#include "standard_input.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <mutex>

namespace godwit::cli {
namespace {

using namespace std::chrono_literals;

/// A pipe, and what was read from it.
class StandardInputTest : public testing::Test {
 protected:
  StandardInputTest() { EXPECT_EQ(::pipe(ends_.data()), 0); }
  ~StandardInputTest() override {
    for (const int end : ends_) {
      if (end >= 0) ::close(end);
    }
  }

  void on_bytes(const std::string& bytes) {
    const std::lock_guard lock(mutex_);
    if (bytes.empty()) ended_ = true;
    read_ += bytes;
    changed_.notify_all();
  }

  template <class Predicate>
  bool wait_for(Predicate predicate) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 10s, predicate);
  }

  void write(std::string_view text) const {
    ASSERT_EQ(::write(ends_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }

  std::array<int, 2> ends_{-1, -1};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string read_;
  bool ended_ = false;
};

TEST_F(StandardInputTest, TellsWhatComesAndTheEnd) {
  const StandardInput input(ends_[0], [this](const std::string& bytes) { on_bytes(bytes); });
  write("one");
  EXPECT_TRUE(wait_for([this] { return read_ == "one"; }));
  write("two");
  ::close(std::exchange(ends_[1], -1));
  EXPECT_TRUE(wait_for([this] { return ended_; }));
  EXPECT_EQ(read_, "onetwo");
}

TEST_F(StandardInputTest, LosesNothingWhileItIsHeldBack) {
  StandardInput input(ends_[0], [this](const std::string& bytes) { on_bytes(bytes); });
  input.hold_back(true);
  write("one");
  input.hold_back(false);
  EXPECT_TRUE(wait_for([this] { return read_ == "one"; }));
}

TEST_F(StandardInputTest, EndsWithoutInput) {
  const StandardInput input(ends_[0], [](const std::string&) {});
}

}  // namespace
}  // namespace godwit::cli
