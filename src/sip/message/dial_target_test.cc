// SPDX-License-Identifier: Apache-2.0
#include "sip/message/dial_target.h"

#include <gmock/gmock.h>

#include "base/limits.h"
#include "base/random.h"

namespace godwit::sip {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Uri& account() {
  static const Uri kAccount = parse_uri("sip:me@home.example:5070;transport=tcp").value();
  return kAccount;
}

struct Entry {
  std::string_view text;
  std::string_view uri;
};

std::string dial(std::string_view text, const Uri* caller = &account()) {
  const auto target = read_dial_target(text, caller);
  if (!target) {
    EXPECT_EQ(target.error().code, Errc::invalid_argument);
    return "refused: " + target.error().detail;
  }
  EXPECT_EQ(parse_uri(to_string(target->address.uri)).value(), target->address.uri) << text;
  return to_string(target->address.uri);
}

std::vector<std::string> warnings_of(std::string_view text) {
  const auto target = read_dial_target(text, &account());
  return target ? target->warnings : std::vector<std::string>{"refused"};
}

class CleanEntryTest : public ::testing::TestWithParam<Entry> {};
TEST_P(CleanEntryTest, IsTakenWithoutAWord) {
  EXPECT_EQ(dial(GetParam().text), GetParam().uri);
  EXPECT_THAT(warnings_of(GetParam().text), IsEmpty()) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Uris, CleanEntryTest,
    ::testing::Values(
        Entry{"sip:alice@example.com", "sip:alice@example.com"},
        Entry{"SIPS:Alice@Example.com:5061", "sips:Alice@Example.com:5061"},
        Entry{"  sip:alice@example.com\r\n", "sip:alice@example.com"},
        Entry{"sip:example.com", "sip:example.com"}, Entry{"sip:192.0.2.1", "sip:192.0.2.1"},
        Entry{"sip:a%20b@example.com;transport=tls", "sip:a%20b@example.com;transport=tls"},
        Entry{"sip:a@[2001:db8::1]:5070;transport=tcp", "sip:a@[2001:db8::1]:5070;transport=tcp"},
        Entry{"sip:m\xc3\xbcller@example.com", "sip:m%C3%BCller@example.com"},
        Entry{"tel:+49-30-123", "sip:+4930123@home.example:5070;user=phone"},
        Entry{"tel:+49 30 123;ext=7", "sip:+4930123;ext=7@home.example:5070;user=phone"},
        Entry{"tel:70-42;phone-context=Work.example",
              "sip:7042;phone-context=work.example@home.example:5070;user=phone"},
        Entry{"TEL:112", "sip:112@home.example:5070"}));

INSTANTIATE_TEST_SUITE_P(
    Bare, CleanEntryTest,
    ::testing::Values(
        Entry{"alice@example.com", "sip:alice@example.com"},
        Entry{"alice@example.com:5080;transport=tcp", "sip:alice@example.com:5080;transport=tcp"},
        Entry{"alice@[2001:db8::1]", "sip:alice@[2001:db8::1]"},
        Entry{"alice@[2001:DB8::1]:5060", "sip:alice@[2001:db8::1]:5060"},
        Entry{"alice", "sip:alice@home.example:5070"},
        Entry{"alice;transport=udp", "sip:alice@home.example:5070;transport=udp"},
        Entry{"j\xc3\xb6rg", "sip:j%C3%B6rg@home.example:5070"},
        Entry{"192.0.2.7", "sip:192.0.2.7"}, Entry{"192.0.2.7:5080", "sip:192.0.2.7:5080"},
        Entry{"[2001:db8::1]", "sip:[2001:db8::1]"},
        Entry{"[2001:db8::1]:5080;transport=tcp", "sip:[2001:db8::1]:5080;transport=tcp"},
        Entry{"pbx.example:5060", "sip:pbx.example:5060"},
        Entry{"localhost:5080;transport=tcp", "sip:localhost:5080;transport=tcp"}));

INSTANTIATE_TEST_SUITE_P(
    Numbers, CleanEntryTest,
    ::testing::Values(Entry{"+49 (30) 123-456", "sip:+4930123456@home.example:5070;user=phone"},
                      Entry{"+1.201.555.0123", "sip:+12015550123@home.example:5070;user=phone"},
                      Entry{"+4930123;transport=tls",
                            "sip:+4930123@home.example:5070;user=phone;transport=tls"},
                      Entry{"7042", "sip:7042@home.example:5070"},
                      Entry{"030/123 456", "sip:030123456@home.example:5070"},
                      Entry{"*31#7042", "sip:*31%237042@home.example:5070"},
                      Entry{"1.2.3", "sip:123@home.example:5070"},
                      Entry{"\xe2\x80\xad+49\xc2\xa0"
                            "30\xe2\x80\x93"
                            "123\xe2\x80\xac",
                            "sip:+4930123@home.example:5070;user=phone"}));

struct Named {
  std::string_view text;
  std::string_view name;
  std::string_view uri;
};
class NamedEntryTest : public ::testing::TestWithParam<Named> {};
TEST_P(NamedEntryTest, KeepsTheNameOfWhomIsCalled) {
  const auto target = read_dial_target(GetParam().text, &account());
  ASSERT_TRUE(target) << target.error().detail;
  EXPECT_EQ(target->address.display_name, GetParam().name);
  EXPECT_EQ(to_string(target->address.uri), GetParam().uri);
  EXPECT_THAT(target->address.parameters, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Texts, NamedEntryTest,
    ::testing::Values(
        Named{"\"Bob, \\\"B\\\"\" <sip:bob@b.example>", "Bob, \"B\"", "sip:bob@b.example"},
        Named{"Bob Smith <sip:bob@b.example;lr>", "Bob Smith", "sip:bob@b.example;lr"},
        Named{"<bob@b.example>", "", "sip:bob@b.example"},
        Named{"\"<Bob>\"<+49 30 1>", "<Bob>", "sip:+49301@home.example:5070;user=phone"},
        Named{"Bob <  7042 >", "Bob", "sip:7042@home.example:5070"}));

struct Warned {
  std::string_view text;
  std::string_view uri;
  std::string_view warning;
};
class WarnedEntryTest : public ::testing::TestWithParam<Warned> {};
TEST_P(WarnedEntryTest, IsTakenWithOneWarning) {
  EXPECT_EQ(dial(GetParam().text), GetParam().uri);
  EXPECT_THAT(warnings_of(GetParam().text),
              ElementsAre(HasSubstr(std::string(GetParam().warning))));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, WarnedEntryTest,
    ::testing::Values(
        Warned{"sip:a@h;maddr=192.0.2.1", "sip:a@h;maddr=192.0.2.1", "\"maddr\" stays"},
        Warned{"sip:a@h;method=MESSAGE", "sip:a@h", "\"method\""},
        Warned{"sip:a@h?Subject=x", "sip:a@h", "behind \"?\""},
        Warned{"sip://a@h", "sip:a@h", "\"//\""}, Warned{"sip:a:pw@h", "sip:a:pw@h", "password"},
        Warned{"100%@h", "sip:100%25@h", "\"%\""},
        Warned{"sip:a@h;x=%4", "sip:a@h;x=%254", "\"%\""},
        Warned{"sip:1001", "sip:1001@home.example:5070", "names no host"},
        Warned{"alice.smith", "sip:alice.smith@home.example:5070", "write sip:alice.smith"},
        Warned{"+49 (0) 30 1", "sip:+49301@home.example:5070;user=phone", "\"(0)\""},
        Warned{"<sip:a@h>;tag=1", "sip:a@h", "behind \">\""}));

struct Refused {
  std::string_view text;
  std::string_view words;
};
class RefusedEntryTest : public ::testing::TestWithParam<Refused> {};
TEST_P(RefusedEntryTest, IsRefusedWithASentence) {
  EXPECT_THAT(dial(GetParam().text), ::testing::AllOf(::testing::StartsWith("refused: "),
                                                      HasSubstr(std::string(GetParam().words))))
      << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Texts, RefusedEntryTest,
    ::testing::Values(
        Refused{"", "nothing to call"}, Refused{" \t\r\n", "nothing to call"},
        Refused{"<>", "nothing to call"}, Refused{";transport=tcp", "nothing to call"},
        Refused{"sip:", "expected a host"}, Refused{"alice@", "expected a host"},
        Refused{"alice@;transport=tcp", "expected a host"}, Refused{"@h", "cannot be called"},
        Refused{"a@2001:db8::1", "expected brackets around an IPv6 address: [2001:db8::1]"},
        Refused{"2001:db8::1", "expected brackets around an IPv6 address: [2001:db8::1]"},
        Refused{"sip:fe80::1", "expected brackets"}, Refused{"fe80::1", "expected brackets"},
        Refused{"a@[fe80::1%eth0]:5060", "write [fe80::1] without \"%eth0\""},
        Refused{"[fe80::1%25eth0]", "write [fe80::1] without \"%25eth0\""},
        Refused{"fe80::1%eth0", "an interface is no part"},
        Refused{"a@b\xc3\xbc"
                "cher.example",
                "beginning with xn--"},
        Refused{"alice smith", "expected no space"}, Refused{"sip:a b@h", "expected no space"},
        Refused{"mailto:bob@example.com", "\"mailto\" cannot be called"},
        Refused{"https://example.com", "\"https\" cannot be called"},
        Refused{"urn:service:sos", "\"urn\" cannot be called"},
        Refused{"alice:secret@h", "\"alice\" cannot be called"},
        Refused{"tel:", "no telephone number"}, Refused{"tel:+4x", "at byte 6"},
        Refused{"sips:a@h;transport=UDP", "TLS"}, Refused{"sip:a@h:99999", "cannot be called"},
        Refused{"sip:a@h;;", "cannot be called"}, Refused{"\"Bob <sip:a@h>", "quotation mark"},
        Refused{"\"Bob\" sip:a@h", "angle brackets"}, Refused{"Bob <sip:a@h", "expected \">\""},
        Refused{"sip:a@h\nb", "control character in an address, there is one at byte 7"},
        Refused{"sip:a@h\x1b[2J", "control character"}));

TEST(DialTargetTest, WithoutAnAccountAWordIsAHostAndANumberIsRefused) {
  EXPECT_EQ(dial("example.com", nullptr), "sip:example.com");
  EXPECT_EQ(dial("localhost;transport=tcp", nullptr), "sip:localhost;transport=tcp");
  EXPECT_EQ(dial("alice@example.com", nullptr), "sip:alice@example.com");
  for (const auto* const text : {"7042", "+49 30 1", "tel:+49301", "sip:1001"}) {
    EXPECT_THAT(dial(text, nullptr), HasSubstr("a number needs an account")) << text;
  }
}

TEST(DialTargetTest, TheAccountsSchemeIsTakenForItsOwnDomainOnly) {
  const auto safe = parse_uri("sips:me@[2001:db8::5]").value();
  EXPECT_EQ(dial("7042", &safe), "sips:7042@[2001:db8::5]");
  EXPECT_EQ(dial("+49301", &safe), "sips:+49301@[2001:db8::5];user=phone");
  EXPECT_EQ(dial("alice@example.com", &safe), "sip:alice@example.com");
}

TEST(DialTargetTest, HeadersAreHandedOutBesideTheAddress) {
  const auto target = read_dial_target("sip:a@h?Subject=x%20y&Priority=urgent", nullptr);
  ASSERT_TRUE(target);
  EXPECT_THAT(target->headers,
              ElementsAre(Parameter{"Subject", "x%20y"}, Parameter{"Priority", "urgent"}));
}

TEST(DialTargetTest, AnAddressHasAsManyBytesAsTheTableOfLimitsSays) {
  const auto entry = [](std::size_t bytes) { return "sip:" + std::string(bytes - 6, 'a') + "@h"; };
  EXPECT_EQ(dial(entry(limits::kUriBytes)), entry(limits::kUriBytes));
  EXPECT_THAT(dial(entry(limits::kUriBytes + 1)), HasSubstr("at most 2048 bytes"));
  EXPECT_THAT(dial(entry(10 * limits::kUriBytes)), HasSubstr("at most 2048 bytes"));
  EXPECT_THAT(dial(std::string(limits::kUriBytes / 2, '\xc3')), HasSubstr("at most 2048 bytes"));
}

TEST(DialTargetTest, ALongMistakeIsShownInPart) {
  std::string text = "sip:" + std::string(75, 'a') + "\xc3\xbc@h:x";
  EXPECT_THAT(dial(text), HasSubstr("\"sip:" + std::string(75, 'a') + "...\" cannot be called"));
}

// Whatever comes, the answer is an address that can be written into a request, or a sentence.
TEST(DialTargetTest, AnythingTypedEndsInAnAddressOrASentence) {
  constexpr std::string_view kKeys = "sip:tel+0123(0)a@h.[]:;=?%<>\" -/";
  SeededRandom random(5);
  for (int round = 0; round < 20'000; ++round) {
    std::string text(random.below(16), ' ');
    for (char& c : text) c = kKeys[random.below(kKeys.size())];
    if (random.below(2) == 0) text.insert(0, random.below(2) == 0 ? "sip:" : "tel:");
    const auto result = dial(text, random.below(2) == 0 ? &account() : nullptr);
    EXPECT_FALSE(result.empty()) << text;
  }
}

}  // namespace
}  // namespace godwit::sip
