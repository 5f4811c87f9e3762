// SPDX-License-Identifier: Apache-2.0
#include "io/poll_set.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <optional>

#include "io/file_descriptor.h"
#include "support/serve_until.h"

namespace godwit::io {
namespace {

// Something to read, as often as it is written to.
struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) return;
    out = FileDescriptor(ends[0]);
    in = FileDescriptor(ends[1]);
  }
  void write() const { EXPECT_EQ(::write(in.get(), "x", 1), 1); }
  void read() const {
    char byte = 0;
    EXPECT_EQ(::read(out.get(), &byte, 1), 1);
  }
  FileDescriptor out, in;
};

class PollSetTest : public ::testing::Test {
 protected:
  Loop loop_;
  int turns_ = 0;
  PollSet set_ = std::move(*PollSet::make(loop_, [this] { ++turns_; }));
  std::array<Pipe, 3> pipes_;
  std::array<int, 3> ready_{};

  [[nodiscard]] Result<PollSet::Watch> watch(std::size_t i) {
    return set_.add(pipes_[i].out.get(), [this, i] {
      ++ready_[i];
      pipes_[i].read();
    });
  }
};

TEST_F(PollSetTest, AllThatAreReadyHaveOneTurn) {
  const auto a = watch(0), b = watch(1), c = watch(2);
  pipes_[0].write();
  pipes_[2].write();
  ASSERT_TRUE(test::serve_until(loop_, [&] { return turns_ > 0; }));
  EXPECT_EQ(ready_, (std::array{1, 0, 1}));
  EXPECT_EQ(turns_, 1);
}

TEST_F(PollSetTest, WhatIsNotReadToItsEndHasAnotherTurn) {
  const auto a = watch(0);
  pipes_[0].write();
  pipes_[0].write();
  ASSERT_TRUE(test::serve_until(loop_, [&] { return ready_[0] == 2; }));
  EXPECT_EQ(turns_, 2);
}

TEST_F(PollSetTest, AWatchThatIsDestroyedInATurnHasNone) {
  std::optional<PollSet::Watch> second;
  const auto first = set_.add(pipes_[0].out.get(), [&] {
    pipes_[0].read();
    second.reset();
  });
  second.emplace(std::move(*watch(1)));
  pipes_[0].write();
  pipes_[1].write();
  ASSERT_TRUE(test::serve_until(loop_, [&] { return turns_ > 0; }));
  loop_.poll({});
  EXPECT_EQ(ready_[1], 0);
}

TEST_F(PollSetTest, AHandlerMayDestroyItsOwnWatch) {
  std::optional<PollSet::Watch> own;
  int count = 0;
  own.emplace(std::move(*set_.add(pipes_[0].out.get(), [&] {
    ++count;
    own.reset();
  })));
  pipes_[0].write();
  ASSERT_TRUE(test::serve_until(loop_, [&] { return turns_ > 0; }));
  loop_.poll({});
  EXPECT_EQ(count, 1);
}

TEST_F(PollSetTest, AWatchMayOutliveItsSet) {
  std::optional<PollSet> set = std::move(*PollSet::make(loop_, [] {}));
  const auto watch = set->add(pipes_[0].out.get(), [&] { FAIL() << "the set is gone"; });
  pipes_[0].write();
  set.reset();
  loop_.poll({});
}

}  // namespace
}  // namespace godwit::io
