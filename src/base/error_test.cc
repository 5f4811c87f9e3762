// SPDX-License-Identifier: Apache-2.0
#include "godwit/error.h"

#include <gmock/gmock.h>

#include <set>

namespace godwit {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

constexpr int kLast = static_cast<int>(Errc::not_protected);

TEST(ErrorTest, EveryCodeHasAPhraseOfItsOwn) {
  std::set<std::string> phrases;
  for (int value = 1; value <= kLast; ++value) {
    const auto phrase = make_error_code(static_cast<Errc>(value)).message();
    EXPECT_THAT(phrase, Not(IsEmpty()));
    EXPECT_NE(phrase, "unknown error");
    EXPECT_NE(phrase.back(), '.');
    EXPECT_TRUE(phrases.insert(phrase).second) << phrase;
  }
}

TEST(ErrorTest, UnknownCodesAreNamedAsSuch) {
  EXPECT_EQ(godwit_category().message(0), "unknown error");
  EXPECT_EQ(godwit_category().message(kLast + 1), "unknown error");
}

TEST(ErrorTest, CodesCompareWithTheirEnumerator) {
  const std::error_code code = Errc::timed_out;
  EXPECT_EQ(code, Errc::timed_out);
  EXPECT_NE(code, Errc::cancelled);
  EXPECT_STREQ(code.category().name(), "godwit");
  EXPECT_TRUE(code) << "no code may read as success";
}

TEST(ErrorTest, FailCarriesCodeAndDetail) {
  const Result<int> result = fail(Errc::invalid_argument, "expires: 60 s at least");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::invalid_argument);
  EXPECT_EQ(result.error().detail, "expires: 60 s at least");
}

}  // namespace
}  // namespace godwit
