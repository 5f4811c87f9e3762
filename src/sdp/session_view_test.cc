// SPDX-License-Identifier: Apache-2.0
#include "sdp/session_view.h"

#include <gtest/gtest.h>

#include <string>

#include "support/allocation_count.h"

namespace godwit::sdp {
namespace {

const std::string kViewHead = "v=0\r\no=alice 1 2 IN IP4 192.0.2.1\r\ns=call\r\n";

std::string many_lines(std::size_t count, const std::string& line) {
  std::string text;
  text.reserve(count * line.size());
  while (count-- > 0) text += line;
  return text;
}

TEST(SessionView, TellsSectionsApartAndReadsThemInPlace) {
  const std::string text = kViewHead +
                           "c=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\na=ptime:20\r\n"
                           "m=video 4002 RTP/AVP 31\r\nc=IN IP6 2001:db8::1\r\n";
  SessionView view;
  ASSERT_EQ(view.read(text), std::nullopt);
  EXPECT_EQ(view.text().data(), text.data());
  EXPECT_EQ(view.lines().size(), 9U);
  EXPECT_EQ(view.session().size(), 5U);
  ASSERT_EQ(view.media_count(), 2U);
  EXPECT_EQ(view.media(0).size(), 2U);
  EXPECT_EQ(view.media(1).size(), 2U);
  EXPECT_EQ(view.value(view.media(0)[1]), "ptime:20");
  EXPECT_EQ(view.value(*SessionView::find(view.session(), 's')), "call");
  EXPECT_EQ(SessionView::find(view.session(), 'm'), nullptr);
  EXPECT_EQ(view.origin()->username, "alice");
  EXPECT_EQ((*view.connection(0))->address.text, "192.0.2.1");
  EXPECT_EQ((*view.connection(1))->address.text, "2001:db8::1");
}

TEST(SessionView, HasNoConnectionWhereNoneIsGiven) {
  SessionView view;
  const std::string text = kViewHead + "m=audio 4000 RTP/AVP 0\r\n";
  ASSERT_EQ(view.read(text), std::nullopt);
  EXPECT_FALSE(view.connection(0).has_value());
}

TEST(SessionView, CountsTheFaultOfAValueFromTheBeginningOfTheText) {
  SessionView view;
  const std::string text = "v=0\r\no=- x 1 IN IP4 h\r\nc=IN\r\nm=audio 4000 RTP/AVP 0\r\n";
  ASSERT_EQ(view.read(text), std::nullopt);
  EXPECT_EQ(view.origin().error(), (Fault{"expected a number as the session id", 9}));
  EXPECT_EQ(view.connection(0)->error(), (Fault{"expected an address type: IP4 or IP6", 27}));
}

TEST(SessionView, TakesLineFeedsAloneBlankLinesAndALastLineWithoutEnd) {
  SessionView view;
  ASSERT_EQ(view.read("v=0\no=- 1 1 IN IP4 h\n\r\n\ns=\na=x\r"), std::nullopt);
  EXPECT_EQ(view.lines().size(), 4U);
  EXPECT_EQ(view.value(view.lines()[2]), "");
  EXPECT_EQ(view.value(view.lines()[3]), "x");
}

TEST(SessionView, FindsLineEndsAtAnyPlaceAndAmongTabs) {
  for (std::size_t size = 0; size < 40; ++size) {
    for (const char* const end : {"\r\n", "\n"}) {
      const std::string value(size, '\t');
      const std::string other = "a=\x01\x0e\x7f\x80\xff" + std::string(size, 'x');
      const std::string text = kViewHead + "i=" + value + end + other + end;
      SessionView view;
      ASSERT_EQ(view.read(text), std::nullopt);
      EXPECT_EQ(view.value(view.lines()[3]), value);
      EXPECT_EQ(view.value(view.lines()[4]), other.substr(2));
    }
  }
}

TEST(SessionView, CanBeUsedAgain) {
  SessionView view;
  const std::string many = kViewHead + many_lines(100, "a=x\r\n") + "m=audio 1 RTP/AVP 0\r\n";
  ASSERT_EQ(view.read(many), std::nullopt);
  EXPECT_EQ(view.lines().size(), 104U);
  ASSERT_EQ(view.read(kViewHead), std::nullopt);
  EXPECT_EQ(view.lines().size(), 3U);
  EXPECT_EQ(view.media_count(), 0U);
  ASSERT_NE(view.read("x"), std::nullopt);
  EXPECT_TRUE(view.lines().empty());
}

// The inline lines and those that go to the heap are one list.
TEST(SessionView, SpillsWithoutLosingALine) {
  for (const std::size_t count : {60U, 61U, 62U, 63U, 200U}) {
    const std::string text =
        kViewHead + many_lines(count, "a=x\r\n") + "m=audio 1 RTP/AVP 0\r\na=last\r\n";
    SessionView view;
    ASSERT_EQ(view.read(text), std::nullopt);
    ASSERT_EQ(view.lines().size(), count + 5);
    EXPECT_EQ(view.value(view.lines()[0]), "0");
    EXPECT_EQ(view.value(view.media(0)[1]), "last");
    const SessionView copy = view;
    EXPECT_EQ(copy.value(copy.media(0)[1]), "last");
  }
}

// The path of every offer: what it allocates is paid for each of them.
TEST(SessionView, ReadsUpToItsInlineLinesWithoutAnAllocation) {
  const std::string text =
      kViewHead + "c=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0 96\r\n" +
      many_lines(SessionView::kInlineLines - 5, "a=rtpmap:96 opus/48000/2\r\n");
  const std::string longer = text + "a=x\r\n";
  const auto before = allocation_count;
  SessionView view;
  const bool wrong = view.read(text).has_value();
  const auto origin = view.origin();
  const auto connection = view.connection(0);
  const auto media = scan_media(view.value(view.media(0)[0]));
  const auto rtpmap = scan_rtpmap(view.value(view.media(0)[1]).substr(7));
  EXPECT_EQ(allocation_count, before);
  EXPECT_TRUE(!wrong && origin && connection && *connection && media && rtpmap);
  EXPECT_EQ(view.read(longer), std::nullopt);
  EXPECT_EQ(allocation_count, before + 1);
}

struct BadView {
  std::string text;
  SdpFault fault;
};
class BadLinesTest : public ::testing::TestWithParam<BadView> {};

TEST_P(BadLinesTest, AreRefusedWithTypePlaceAndExpectation) {
  SessionView view;
  const auto fault = view.read(GetParam().text);
  ASSERT_TRUE(fault);
  EXPECT_EQ(*fault, GetParam().fault) << to_error(*fault).detail;
  EXPECT_TRUE(view.lines().empty());
}

INSTANTIATE_TEST_SUITE_P(
    Texts, BadLinesTest,
    ::testing::Values(
        BadView{"", {"v=", {"expected v=0", 0}, 1}},
        BadView{"\r\n", {"v=", {"expected v=0", 0}, 1}},
        BadView{"hello", {"", {"expected a letter and \"=\"", 0}, 1}},
        BadView{"o=- 1 1 IN IP4 h\r\n", {"o=", {"expected v=0 first", 0}, 1}},
        BadView{"v=1\r\n", {"v=", {"expected v=0", 0}, 1}},
        BadView{"v=0\r\ns=-\r\n", {"o=", {"expected an o= line", 10}, 3}},
        BadView{kViewHead + "v=0\n", {"v=", {"expected v= once", 43}, 4}},
        BadView{kViewHead + "o=x\n", {"o=", {"expected o= once", 43}, 4}},
        BadView{kViewHead + "s=x\n", {"s=", {"expected s= once", 43}, 4}},
        BadView{kViewHead + "x=1\r\n", {"x=", {"expected a known type letter", 43}, 4}},
        BadView{kViewHead + "A=1\r\n", {"", {"expected a known type letter", 43}, 4}},
        BadView{kViewHead + "a\r\n", {"", {"expected a letter and \"=\"", 43}, 4}},
        BadView{kViewHead + " a=b\r\n", {"", {"expected a letter and \"=\"", 43}, 4}},
        BadView{kViewHead + "a=x\ry\r\n", {"a=", {"expected LF after CR", 47}, 4}},
        BadView{kViewHead + std::string("a=x\0y\r\n", 7),
                {"a=", {"expected no NUL in a line", 46}, 4}},
        BadView{"v=0\nm=x\no=- 1 1 IN IP4 h\n", {"o=", {"expected o= before the first m=", 8}, 3}},
        BadView{"v=0\no=x\nm=x\ns=-\n", {"s=", {"expected s= before the first m=", 12}, 4}}));

TEST(SessionView, NamesLineAndByteInTheError) {
  EXPECT_EQ(to_error({"m=", {"expected a port of 0 to 65535", 131}, 6}),
            (Error{make_error_code(Errc::malformed_message),
                   "SDP line 6: m=: expected a port of 0 to 65535 at byte 131"}));
}

bool takes(const std::string& text) {
  SessionView view;
  return !view.read(text);
}

TEST(SessionViewLimits, Bytes) {
  const auto text_of = [](std::size_t size) {
    std::string text = kViewHead;
    while (text.size() + 8004 < size) text += "a=" + std::string(8000, 'x') + "\r\n";
    if (text.size() + 4 > size) return text;
    return text + "a=" + std::string(size - text.size() - 4, 'x') + "\r\n";
  };
  ASSERT_EQ(text_of(limits::kSdpBytes).size(), limits::kSdpBytes);
  EXPECT_TRUE(takes(text_of(limits::kSdpBytes)));
  EXPECT_FALSE(takes(text_of(limits::kSdpBytes + 1)));
  SessionView view;
  EXPECT_EQ(view.read(text_of(10 * limits::kSdpBytes))->fault,
            (Fault{"expected at most 65535 bytes", limits::kSdpBytes}));
}

TEST(SessionViewLimits, Lines) {
  const auto text_of = [](std::size_t count) {
    return kViewHead + many_lines(count - 3, "b=AS:1\n");
  };
  EXPECT_TRUE(takes(text_of(limits::kSdpLines)));
  EXPECT_FALSE(takes(text_of(limits::kSdpLines + 1)));
  EXPECT_FALSE(takes(text_of(10 * limits::kSdpLines)));
}

TEST(SessionViewLimits, LineBytes) {
  const auto text_of = [](std::size_t size) {
    return kViewHead + "i=" + std::string(size - 2, 'x') + "\r\n";
  };
  EXPECT_TRUE(takes(text_of(limits::kSdpLineBytes)));
  EXPECT_FALSE(takes(text_of(limits::kSdpLineBytes + 1)));
  EXPECT_FALSE(takes(text_of(10 * limits::kSdpLineBytes)));
}

TEST(SessionViewLimits, MediaLines) {
  const auto text_of = [](std::size_t count) {
    return kViewHead + many_lines(count, "m=audio 1 RTP/AVP 0\r\n");
  };
  EXPECT_TRUE(takes(text_of(limits::kMediaLines)));
  EXPECT_FALSE(takes(text_of(limits::kMediaLines + 1)));
  EXPECT_FALSE(takes(text_of(10 * limits::kMediaLines)));
}

TEST(SessionViewLimits, AttributesOfASection) {
  const auto text_of = [](std::size_t count) {
    const std::string attributes = many_lines(count, "a=x\r\n");
    return kViewHead + many_lines(limits::kAttributes, "a=x\r\n") + "m=audio 1 RTP/AVP 0\r\n" +
           attributes;
  };
  EXPECT_TRUE(takes(text_of(limits::kAttributes)));
  EXPECT_FALSE(takes(text_of(limits::kAttributes + 1)));
  EXPECT_FALSE(takes(text_of(10 * limits::kAttributes)));
}

}  // namespace
}  // namespace godwit::sdp
