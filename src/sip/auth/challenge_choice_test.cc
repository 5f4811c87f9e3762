// SPDX-License-Identifier: Apache-2.0
#include "sip/auth/challenge_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"

namespace godwit::sip {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string challenge(std::string_view nonce, std::string_view more = "",
                      std::string_view realm = "r") {
  std::string text = "Digest realm=\"";
  return text.append(realm).append("\", nonce=\"").append(nonce).append("\"").append(more);
}
constexpr std::string_view kQop = ", qop=\"auth\"";

class ChallengeChoiceTest : public ::testing::Test {
 protected:
  std::vector<std::string> chosen(std::vector<std::string> values) {
    std::vector<std::string> nonces;
    const std::vector<std::string_view> views(values.begin(), values.end());
    for (const Challenge& one : chooser_.choose(views)) nonces.push_back(one.nonce);
    return nonces;
  }
  void demand(DigestPolicy policy) { chooser_ = ChallengeChooser(std::move(policy)); }

  ChallengeChooser chooser_{DigestPolicy{}};
};

std::string with(std::string_view nonce, std::string_view algorithm) {
  return challenge(nonce, ", qop=\"auth\", algorithm=" + std::string(algorithm));
}

TEST_F(ChallengeChoiceTest, TakesTheStrongestWhereverItStands) {
  EXPECT_THAT(chosen({with("a", "MD5"), with("b", "SHA-256"), with("c", "SHA-512-256")}),
              ElementsAre("c"));
  EXPECT_THAT(chosen({with("c", "SHA-512-256"), with("b", "SHA-256"), with("a", "MD5")}),
              ElementsAre("c"));
  EXPECT_THAT(chosen({with("a", "MD5"), with("b", "SHA-256"), with("d", "MD5-sess")}),
              ElementsAre("b"));
}

TEST_F(ChallengeChoiceTest, TakesTheTopmostOfEquallyStrongOnes) {
  EXPECT_THAT(chosen({with("a", "SHA-256-sess"), with("b", "SHA-256")}), ElementsAre("a"));
  EXPECT_THAT(chosen({with("b", "SHA-256"), with("a", "SHA-256-sess")}), ElementsAre("b"));
}

TEST_F(ChallengeChoiceTest, PassesOverWhatNobodyCanAnswer) {
  EXPECT_THAT(chosen({R"(Basic realm="r")", "Bearer", with("x", "SHA-1024"), with("y", "AKAv1-MD5"),
                      with("a", "MD5"), "Digest realm=\"r", challenge("z", ", qop=\"auth-conf\"")}),
              ElementsAre("a"));
  EXPECT_THAT(chosen({R"(Basic realm="r")"}), IsEmpty());
  EXPECT_THAT(chosen({}), IsEmpty());
}

TEST_F(ChallengeChoiceTest, FindsSeveralChallengesInOneValue) {
  EXPECT_THAT(chosen({with("a", "MD5") + ", " + R"(Basic realm="r", )" + with("b", "SHA-256") +
                      ", Negotiate, " + challenge("c", kQop, "other")}),
              ElementsAre("b", "c"));
}

TEST_F(ChallengeChoiceTest, ComparesRealmsExactly) {
  EXPECT_THAT(chosen({challenge("a", kQop, "R"), challenge("b", kQop, "r"),
                      challenge("c", kQop, "r "), challenge("d", kQop, "\\r")}),
              ElementsAre("a", "b", "c"));
}

TEST_F(ChallengeChoiceTest, PrefersQopOfEquallyStrongOnes) {
  EXPECT_THAT(chosen({challenge("a"), challenge("b", kQop)}), ElementsAre("b"));
  EXPECT_THAT(chosen({challenge("c", ", qop=auth-int")}), ElementsAre("c"));
}

TEST_F(ChallengeChoiceTest, TakesNoQopWithMd5Only) {
  EXPECT_THAT(
      chosen({challenge("a", ", algorithm=SHA-256"), challenge("b", ", algorithm=MD5-sess")}),
      IsEmpty());
  EXPECT_THAT(chosen({challenge("a", ", algorithm=SHA-256"), challenge("c")}), ElementsAre("c"));
}

TEST_F(ChallengeChoiceTest, HoldsARealmToQopOnceSeen) {
  EXPECT_THAT(chosen({challenge("a")}), ElementsAre("a"));
  EXPECT_THAT(chosen({challenge("b", kQop)}), ElementsAre("b"));
  EXPECT_THAT(chosen({challenge("c")}), IsEmpty());
  EXPECT_THAT(chosen({challenge("d", "", "other")}), ElementsAre("d"));
}

TEST_F(ChallengeChoiceTest, ForgetsNoRealmForAnotherOnesSake) {
  EXPECT_THAT(chosen({challenge("a", kQop)}), ElementsAre("a"));
  for (std::size_t i = 0; i < 2 * ChallengeChooser::kMaxHeld; ++i) {
    chosen({challenge("x", kQop, std::to_string(i))});
  }
  EXPECT_THAT(chosen({challenge("b")}), IsEmpty());
}

TEST_F(ChallengeChoiceTest, TakesNothingWeakerThanThePolicyAsks) {
  demand({.minimum = DigestAlgorithm::sha256});
  EXPECT_THAT(chosen({with("a", "MD5"), with("b", "MD5-sess"), challenge("c")}), IsEmpty());
  EXPECT_THAT(chosen({with("a", "MD5"), with("d", "SHA-256-sess")}), ElementsAre("d"));
  demand({.minimum = DigestAlgorithm::sha512_256});
  EXPECT_THAT(chosen({with("a", "SHA-256"), with("b", "SHA-512-256")}), ElementsAre("b"));
}

TEST_F(ChallengeChoiceTest, AnswersNoRealmButThoseOfThePolicy) {
  demand({.realms = {"mine", "too"}});
  EXPECT_THAT(chosen({challenge("a", kQop, "Mine"), challenge("b", kQop, "too"),
                      challenge("c", kQop, "evil")}),
              ElementsAre("b"));
}

TEST_F(ChallengeChoiceTest, LooksAtSoManyChallengesAndNoMore) {
  const auto of = [](std::size_t count, bool in_one_value) {
    std::vector<std::string> values(in_one_value ? 1 : 0);
    for (std::size_t i = 0; i < count; ++i) {
      const auto one = challenge("n", kQop, std::to_string(i));
      if (in_one_value) {
        values[0] += one + ", ";
      } else {
        values.push_back(one);
      }
    }
    return values;
  };
  for (const bool in_one_value : {true, false}) {
    EXPECT_THAT(chosen(of(limits::kChallenges, in_one_value)), SizeIs(limits::kChallenges));
    EXPECT_THAT(chosen(of(limits::kChallenges + 1, in_one_value)), SizeIs(limits::kChallenges));
    EXPECT_THAT(chosen(of(10 * limits::kChallenges, in_one_value)), SizeIs(limits::kChallenges));
  }
}

}  // namespace
}  // namespace godwit::sip
