// SPDX-License-Identifier: Apache-2.0
#include "base/random.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <set>

namespace godwit {
namespace {

/// Gives the bytes it was told to, so that every path can be walked.
class ScriptedRandom final : public Random {
 public:
  explicit ScriptedRandom(std::vector<std::byte> bytes) : bytes_(std::move(bytes)) {}
  void fill(std::span<std::byte> out) override {
    for (auto& byte : out) byte = bytes_[at_++ % bytes_.size()];
  }
  [[nodiscard]] std::size_t used() const { return at_; }

 private:
  std::vector<std::byte> bytes_;
  std::size_t at_ = 0;
};

TEST(RandomTest, TheSameSeedGivesTheSameNumbers) {
  SeededRandom a(7);
  SeededRandom b(7);
  SeededRandom other(8);
  const auto first = a.u64();
  EXPECT_EQ(first, b.u64());
  EXPECT_NE(first, other.u64());
}

TEST(RandomTest, FillCoversEveryByteOfOddLengths) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{7}, std::size_t{13}}) {
    std::array<bool, 13> ever_set{};
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
      std::array<std::byte, 14> bytes{};
      SeededRandom(seed).fill(std::span(bytes).first(size));
      for (std::size_t i = 0; i < size; ++i) ever_set[i] |= bytes[i] != std::byte{0};
      EXPECT_EQ(bytes[size], std::byte{0}) << "wrote past its span";
    }
    EXPECT_EQ(std::count(ever_set.begin(), ever_set.end(), true), static_cast<long>(size));
  }
}

TEST(RandomTest, BelowStaysBelowAndReachesEveryValue) {
  SeededRandom random(1);
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 500; ++i) {
    const auto value = random.below(6);
    ASSERT_LT(value, 6U);
    seen.insert(value);
  }
  EXPECT_EQ(seen.size(), 6U);
  EXPECT_EQ(random.below(1), 0U);
}

TEST(RandomTest, BelowDrawsAgainInTheUnevenTail) {
  std::vector<std::byte> bytes(8, std::byte{0xff});  // 2^64-1 lies past the last multiple of 6
  bytes.resize(16, std::byte{0});
  ScriptedRandom random(bytes);
  EXPECT_EQ(random.below(6), 0U);
  EXPECT_EQ(random.used(), 16U);
}

TEST(RandomTest, TokensAreLowerCaseHexadecimalOfTwiceTheBytes) {
  ScriptedRandom random({std::byte{0x0f}, std::byte{0xa0}});
  EXPECT_EQ(random.token(3), "0fa00f");
  EXPECT_EQ(random.token(0), "");
  EXPECT_EQ(SeededRandom(3).token(16).size(), 32U);
}

}  // namespace
}  // namespace godwit
