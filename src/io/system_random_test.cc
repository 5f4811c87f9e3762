// SPDX-License-Identifier: Apache-2.0
#include "io/system_random.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>
#include <string>
#include <vector>

namespace godwit::io {
namespace {

TEST(SystemRandom, FillsLongBuffersDifferentlyEachTime) {
  SystemRandom random;
  std::vector<std::byte> first(100000);
  std::vector<std::byte> second(100000);
  random.fill(first);
  random.fill(second);
  EXPECT_NE(first, second);
  const std::vector<std::byte> tail(first.end() - 64, first.end());
  EXPECT_NE(tail, std::vector<std::byte>(64)) << "the end is filled as well";
}

TEST(SystemRandom, GivesNoSmallNumberTwice) {
  SystemRandom random;
  std::set<std::string> tokens;
  for (std::size_t i = 0; i < 1'000; ++i) tokens.insert(random.token(8 + i % 9));
  EXPECT_EQ(tokens.size(), 1'000U);
  EXPECT_EQ(tokens.count(std::string(16, '0')), 0U);
}

TEST(SystemRandom, AChildThatIsForkedGetsOtherNumbers) {
  SystemRandom random;
  static_cast<void>(random.u64());  // there is a store now
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const std::uint64_t number = random.u64();
    ::_exit(::write(ends[1], &number, sizeof number) == sizeof number ? 0 : 1);
  }
  std::uint64_t theirs = 0;
  EXPECT_EQ(::read(ends[0], &theirs, sizeof theirs), static_cast<ssize_t>(sizeof theirs));
  EXPECT_NE(random.u64(), theirs);
  int status = 1;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace godwit::io
