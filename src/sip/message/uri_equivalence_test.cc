// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>

#include "base/limits.h"
#include "base/random.h"
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
  EXPECT_TRUE(are_equivalent(GetParam())) << GetParam().a << ' ' << GetParam().b;
}

class DifferentTest : public ::testing::TestWithParam<Pair> {};
TEST_P(DifferentTest, TheTwoAreNotTheSame) {
  EXPECT_FALSE(are_equivalent(GetParam())) << GetParam().a << ' ' << GetParam().b;
}

// Every example of the section, in its order.
INSTANTIATE_TEST_SUITE_P(
    Rfc3261Section19_1_4, EquivalentTest,
    ::testing::Values(Pair{"sip:%61lice@atlanta.com;transport=TCP",
                           "sip:alice@AtLanTa.CoM;Transport=tcp"},
                      Pair{"sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"},
                      Pair{"sip:carol@chicago.com", "sip:carol@chicago.com;security=on"},
                      Pair{"sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on"},
                      Pair{"sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
                           "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com"},
                      Pair{"sip:alice@atlanta.com?subject=project%20x&priority=urgent",
                           "sip:alice@atlanta.com?priority=urgent&subject=project%20x"}));

INSTANTIATE_TEST_SUITE_P(
    Rfc3261Section19_1_4, DifferentTest,
    ::testing::Values(
        Pair{"SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"},
        Pair{"sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"},
        Pair{"sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"},
        Pair{"sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"},
        Pair{"sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"},
        Pair{"sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"},
        // "equality is not transitive"
        Pair{"sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"}));

INSTANTIATE_TEST_SUITE_P(
    Rules, EquivalentTest,
    ::testing::Values(
        Pair{"sip:a@[2001:db8:0::1]", "sip:a@[2001:DB8::0001]"},
        Pair{"sip:a@[::ffff:192.0.2.1]", "sip:a@192.0.2.1"},
        Pair{"sip:h;maddr=[2001:db8:0::1]", "sip:h;maddr=[2001:DB8::1]"},
        Pair{"sip:a%3bb@h", "sip:a%3Bb@h"}, Pair{"sip:a:%70w@h", "sip:a:pw@h"},
        Pair{"sip:h;%75ser=phone", "sip:h;USER=Ph%6Fne"}, Pair{"sip:a@h", "sip:a@h;lr"},
        Pair{"sip:a@h;lr", "sip:a@h;ob;gr=x"}, Pair{"sip:h;x=1;y=2;z=3", "sip:h;z=3;x=1;y=2"},
        Pair{"sip:h;x=1;x=2", "sip:h;x=1"}, Pair{"sip:h?a=1&b=2&a=3", "sip:h?a=3&a=1&b=2"},
        Pair{"sip:h?s=x", "sip:h?SUBJECT=x"}, Pair{"sip:h?%73ubject=x", "sip:h?Subject=x"},
        Pair{"sip:h?Priority=urgent", "sip:h?priority=URGENT"},
        Pair{"urn:service:sos", "URN:service:sos"}));

INSTANTIATE_TEST_SUITE_P(
    Rules, DifferentTest,
    ::testing::Values(
        Pair{"sip:a@h", "sips:a@h"}, Pair{"sip:a:x@h", "sip:a:y@h"}, Pair{"sip:a:x@h", "sip:a@h"},
        Pair{"sip:a:x@h", "sip:a:X@h"}, Pair{"sip:a@h", "sip:h"}, Pair{"sip:a%40@h", "sip:a@h"},
        Pair{"sip:a%3Bb@h", "sip:a;b@h"}, Pair{"sip:%2541@h", "sip:%41@h"},
        Pair{"sip:+1-2@h;user=phone", "sip:+12@h;user=phone"}, Pair{"sip:h;user=ip", "sip:h"},
        Pair{"sip:h;ttl=1", "sip:h"}, Pair{"sip:h;method=INVITE", "sip:h"},
        Pair{"sip:h;maddr=h", "sip:h"}, Pair{"sip:h;%6daddr=h", "sip:h"},
        Pair{"sip:h;transport=tcp", "sip:h;transport=udp"},
        Pair{"sip:h;maddr=192.0.2.1", "sip:h;maddr=192.0.2.2"}, Pair{"sip:h;lr", "sip:h;lr=on"},
        Pair{"sip:a@[2001:db8::1]", "sip:a@[2001:db8::2]"}, Pair{"sip:h:5060", "sip:h:5061"},
        Pair{"sip:h?a=1&a=1", "sip:h?a=1&b=1"}, Pair{"sip:h?a=1&a=1&a=2", "sip:h?a=1&a=2&a=2"},
        Pair{"sip:h?a=1", "sip:h?a=1&a=1"}, Pair{"sip:h?Subject=x", "sip:h?Subject=X"},
        Pair{"urn:service:sos", "urn:service:SOS"}, Pair{"http://h/%61", "http://h/a"}));

INSTANTIATE_TEST_SUITE_P(
    Rfc3966Section4, EquivalentTest,
    ::testing::Values(
        Pair{"tel:+1", "TEL:+1"}, Pair{"tel:+1-201-555-0123", "tel:+1(201)555.0123"},
        Pair{"tel:7042;phone-context=example.com", "tel:70-42;Phone-Context=EXAMPLE.com"},
        Pair{"tel:863-1234;phone-context=+1-914-555", "tel:8631234;phone-context=+1914555"},
        Pair{"tel:+1;ext=1-2;isub=a%62", "tel:+1;isub=AB;ext=12"},
        Pair{"tel:+1;a=x;b;c=y", "tel:+1;c=Y;B;a=x"},
        Pair{"tel:1a;phone-context=h", "tel:1A;phone-context=h"}, Pair{"tel:112", "tel:1-1-2"}));

INSTANTIATE_TEST_SUITE_P(
    Rfc3966Section4, DifferentTest,
    ::testing::Values(Pair{"tel:+1", "tel:+2"}, Pair{"tel:1", "sip:1"}, Pair{"tel:+1", "tel:1"},
                      Pair{"tel:1;phone-context=a", "tel:1;phone-context=b"},
                      Pair{"tel:1;phone-context=a", "tel:1"},
                      Pair{"tel:1;phone-context=+1", "tel:1;phone-context=1"},
                      Pair{"tel:+1;ext=1", "tel:+1;ext=2"}, Pair{"tel:+1;ext=1", "tel:+1"},
                      Pair{"tel:+1;isub=1", "tel:+1;isub=2"}, Pair{"tel:+1;x", "tel:+1"},
                      Pair{"tel:+1;x=1", "tel:+1;x=2"}, Pair{"tel:+1;x", "tel:+1;y"},
                      Pair{"tel:no-number", "tel:NO-number"}));

// One text for a generated URI, and another that says the same.
struct Twins {
  std::string a;
  std::string b;
};

std::string escaped_at_random(std::string_view text, Random& random) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    if (random.below(3) != 0) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[byte >> 4U];
    out += kHex[byte & 15U];
  }
  return out;
}

std::string shuffled(std::vector<std::string> parts, std::string_view first, std::string_view next,
                     Random& random) {
  for (std::size_t i = parts.size(); i > 1; --i) std::swap(parts[i - 1], parts[random.below(i)]);
  std::string out;
  for (const auto& part : parts) {
    out += out.empty() ? first : next;
    out += part;
  }
  return out;
}

Twins make_twins(Random& random) {
  Twins twins;
  std::vector<std::string> parameters;
  std::vector<std::string> headers;
  for (auto count = random.below(5); count > 0; --count) {
    parameters.push_back("p" + std::to_string(count) + "=v" + random.token(1));
  }
  for (auto count = random.below(4); count > 0; --count) {
    headers.push_back("h" + std::to_string(random.below(2)) + "=v" +
                      std::to_string(random.below(2)));
  }
  const std::string user = "u" + random.token(2);
  for (std::string* const text : {&twins.a, &twins.b}) {
    *text = random.below(2) == 0 ? "sip:" : "SIP:";
    *text += escaped_at_random(user, random) + (random.below(2) == 0 ? "@h.example" : "@H.Example");
    *text += shuffled(parameters, ";", ";", random);
    *text += shuffled(headers, "?", "&", random);
  }
  return twins;
}

TEST(UriEquivalenceTest, OrderCaseAndNeedlessEscapesMakeNoDifference) {
  SeededRandom random(3);
  for (int round = 0; round < 2000; ++round) {
    const auto twins = make_twins(random);
    EXPECT_TRUE(are_equivalent({twins.a, twins.b})) << twins.a << ' ' << twins.b;
    EXPECT_FALSE(are_equivalent(
        {twins.a, twins.b + (twins.b.find('?') == std::string::npos ? "?one=more" : "&one=more")}));
  }
}

// A stranger's URI may hold as many as fit; comparing must not take the square of that.
TEST(UriEquivalenceTest, ManyParametersAndHeadersAreComparedInOrderOfTheirNames) {
  for (const std::size_t count :
       {limits::kParameters, limits::kParameters + 1, std::size_t{20'000}}) {
    Uri a;
    a.host = std::string("h");
    for (std::size_t i = 0; i < count; ++i) {
      a.parameters.push_back({"p" + std::to_string(i), "v"});
      a.headers.push_back({"h" + std::to_string(i), "v"});
    }
    Uri b = a;
    std::reverse(b.parameters.begin(), b.parameters.end());
    std::reverse(b.headers.begin(), b.headers.end());
    EXPECT_TRUE(equivalent(a, b));
    b.headers.front().value = "w";
    EXPECT_FALSE(equivalent(a, b));
  }
}

}  // namespace
}  // namespace godwit::sip
