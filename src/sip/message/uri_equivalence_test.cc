// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "sip/message/uri.h"

namespace godwit::sip {
namespace {

struct Pair {
  std::string_view a;
  std::string_view b;
};

bool are_equivalent(const Pair& pair) {
  const auto a = parse_uri(pair.a).value();
  const auto b = parse_uri(pair.b).value();
  EXPECT_TRUE(equivalent(a, a) && equivalent(b, b));
  EXPECT_EQ(equivalent(a, b), equivalent(b, a)) << "must not depend on the order";
  return equivalent(a, b);
}

class EquivalentTest : public ::testing::TestWithParam<Pair> {};
TEST_P(EquivalentTest, TheTwoAreOneResource) {
  EXPECT_TRUE(are_equivalent(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(
    Rfc3261Section19_1_4, EquivalentTest,
    ::testing::Values(Pair{"sip:%61lice@atlanta.com;transport=TCP",
                           "sip:alice@AtLanTa.CoM;Transport=tcp"},
                      Pair{"sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"},
                      Pair{"sip:carol@chicago.com", "sip:carol@chicago.com;security=on"},
                      Pair{"sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
                           "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com"},
                      Pair{"sip:alice@atlanta.com?subject=project%20x&priority=urgent",
                           "sip:alice@atlanta.com?priority=urgent&subject=project%20x"},
                      Pair{"sip:a@[2001:db8:0::1]", "sip:a@[2001:DB8::0001]"},
                      Pair{"sip:a%3bb@h", "sip:a%3Bb@h"}, Pair{"tel:+1", "TEL:+1"}));

class DifferentTest : public ::testing::TestWithParam<Pair> {};
TEST_P(DifferentTest, TheTwoAreNotTheSame) {
  EXPECT_FALSE(are_equivalent(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(
    Rfc3261Section19_1_4, DifferentTest,
    ::testing::Values(
        Pair{"SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"},
        Pair{"sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"},
        Pair{"sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"},
        Pair{"sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"},
        Pair{"sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"},
        Pair{"sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"},
        Pair{"sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"},
        Pair{"sip:a@h", "sips:a@h"}, Pair{"sip:a:x@h", "sip:a:y@h"}, Pair{"sip:a%40@h", "sip:a@h"},
        Pair{"sip:%2541@h", "sip:%41@h"}, Pair{"sip:h?a=1&a=1", "sip:h?a=1&b=1"},
        Pair{"tel:+1", "tel:+2"}, Pair{"tel:1", "sip:1"},
        Pair{"sip:a@[2001:db8::1]", "sip:a@[2001:db8::2]"}));

}  // namespace
}  // namespace godwit::sip
