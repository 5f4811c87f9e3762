// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/limits.h"
#include "sip/message/message.h"

namespace godwit::sip {
namespace {

using namespace std::string_view_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kHead =
    "Via: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@h>;tag=1\r\nTo: <sip:b@h>\r\n"
    "Call-ID: c\r\nCSeq: 1 OPTIONS\r\n";

std::string options(std::string_view more) {
  return "OPTIONS sip:h SIP/2.0\r\n" + std::string(kHead) + std::string(more);
}

std::string detail_of(std::string text) {
  const auto parsed = parse_message(std::move(text));
  if (parsed) return "";
  EXPECT_EQ(parsed.error().code, Errc::malformed_message);
  return parsed.error().detail;
}

std::string at_byte(std::size_t at) {
  return " at byte " + std::to_string(at);
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Everything that may be asked of a message: none of it may fail on one that was parsed.
void touch(const Message& message) {
  for (int value = 0; value <= static_cast<int>(Field::extension); ++value) {
    const auto field = static_cast<Field>(value);
    EXPECT_EQ(message.values(field).size(), message.count(field));
  }
  EXPECT_TRUE(parse_via(message.field(Field::via).value()));
  EXPECT_FALSE(message.method_name().empty());
  static_cast<void>(message.top_via());
  static_cast<void>(message.cseq());
  static_cast<void>(message.from_tag());
  static_cast<void>(message.to_tag());
}

class RecordedMessageTest : public ::testing::TestWithParam<std::string_view> {
 protected:
  const std::string text_ = read_file(std::filesystem::path(GODWIT_SOURCE_DIR) /
                                      "tests/data/messages" / std::string(GetParam()));
};

TEST_P(RecordedMessageTest, IsWrittenAsItCame) {
  const auto message = parse_message(text_);
  ASSERT_TRUE(message) << message.error().detail;
  touch(*message);
  EXPECT_EQ(message->write(), text_);
}

TEST_P(RecordedMessageTest, CutOffAnywhereItIsMalformed) {
  for (std::size_t size = 0; size < text_.size(); ++size) {
    const auto detail = detail_of(text_.substr(0, size));
    EXPECT_THAT(detail, HasSubstr(" at byte ")) << "cut after " << size;
  }
}

TEST_P(RecordedMessageTest, WithOneByteChangedItIsReadOrRefusedButNeverReadTwoWays) {
  constexpr std::string_view kBytes = "\0\n ,\"<;:\\x\xff"sv;
  for (std::size_t at = 0; at < text_.size(); ++at) {
    auto changed = text_;
    changed[at] = kBytes[at % kBytes.size()];
    const auto message = parse_message(changed);
    if (!message) continue;
    touch(*message);
    const auto again = parse_message(message->write());
    ASSERT_TRUE(again) << at << ": " << again.error().detail;
    EXPECT_EQ(again->write(), message->write());
  }
}

INSTANTIATE_TEST_SUITE_P(Files, RecordedMessageTest,
                         ::testing::Values("invite.sip", "ok200.sip", "ack.sip", "bye.sip",
                                           "register.sip"));

TEST(ParseMessageTest, BareLineFeedsEndLinesToo) {
  auto text = options("\r\n");
  std::erase(text, '\r');
  EXPECT_EQ(parse_message(text).value().write(), parse_message(options("\r\n")).value().write());
}

TEST(ParseMessageTest, EmptyLinesInFrontAreIgnored) {  // RFC 3261 §7.5
  EXPECT_TRUE(parse_message("\r\n\r\n" + options("\r\n")));
}

TEST(ParseMessageTest, FoldedLinesAreJoinedByBlanks) {
  const auto message =
      parse_message(
          options("Subject: I know\r\n you're\n\tthere\r\nContact:\r\n <sip:a@h>\r\n\r\n"))
          .value();
  EXPECT_EQ(message.field(Field::subject), "I know   you're \tthere");
  EXPECT_EQ(message.field(Field::contact), "<sip:a@h>");
}

TEST(ParseMessageTest, CommasInQuotesAndBracketsDoNotSplit) {
  const auto message =
      parse_message(options("m: \"A, B\" <sip:a,b@h>;x=\"1,2\" , <sip:c@h>\r\nAllow: A, B\r\n\r\n"))
          .value();
  EXPECT_THAT(message.values(Field::contact),
              ElementsAre("\"A, B\" <sip:a,b@h>;x=\"1,2\"", "<sip:c@h>"));
  EXPECT_THAT(message.values(Field::allow), ElementsAre("A, B"));
}

TEST(ParseMessageTest, WithoutContentLengthTheRestIsTheBody) {
  EXPECT_EQ(parse_message(options("\r\nrest\r\n")).value().body(), "rest\r\n");
}

TEST(ParseMessageTest, BytesBeyondContentLengthAreDropped) {  // RFC 3261 §18.3
  EXPECT_EQ(parse_message(options("Content-Length: 3\r\n\r\nbodyandmore")).value().body(), "bod");
}

TEST(ParseMessageTest, AResponseTakesItsMethodFromCSeq) {
  const auto message =
      parse_message("sip/2.0 603 Not Now\r\n" + std::string(kHead) + "\r\n").value();
  EXPECT_EQ(message.status(), 603);
  EXPECT_EQ(message.reason(), "Not Now");
  EXPECT_EQ(message.method(), Method::options);
  EXPECT_EQ(parse_message("SIP/2.0 180\r\n" + std::string(kHead) + "\r\n")->reason(), "");
}

TEST(ParseMessageTest, ErrorsNameFieldAndByteOffset) {
  const auto bare = options("");
  EXPECT_EQ(detail_of(options("Content-Length: 1\r\n\r\n")),
            "Content-Length: more than came" + at_byte(bare.size() + 16));
  EXPECT_EQ(detail_of(options("Content-Length: x\r\n\r\n")),
            "Content-Length: expected a number" + at_byte(bare.size() + 16));
  EXPECT_EQ(detail_of(options("Content-Length: 99999999999\r\n\r\n")),
            "Content-Length: more than came" + at_byte(bare.size() + 16));
  EXPECT_EQ(detail_of(options("Subject: a\0b\r\n\r\n"sv)),
            "Subject: control character" + at_byte(bare.size() + 10));
  EXPECT_EQ(detail_of(options("X-Own: a\rb\r\n\r\n")),
            "X-Own: control character" + at_byte(bare.size() + 8));
  EXPECT_EQ(detail_of(options("X Own: a\r\n\r\n")),
            "header: field name is not a token" + at_byte(bare.size()));
  EXPECT_EQ(detail_of(options("no colon\r\n\r\n")),
            "header: expected \":\" after the field name" + at_byte(bare.size() + 8));
  EXPECT_EQ(detail_of(options("f: sip:x@h\r\n\r\n")),
            "From: given twice" + at_byte(bare.size() + 3));
  EXPECT_EQ(detail_of(options("v: SIP/2.0/UDP h,\r\n\r\n")),
            "Via: expected a value" + at_byte(bare.size() + 17));
  EXPECT_EQ(detail_of(options("v: SIP/2.0/UDP h;;\r\n\r\n")),
            "Via: expected a parameter name" + at_byte(bare.size() + 17));
  EXPECT_EQ(detail_of(options("Contact: \r\n\r\n")),
            "Contact: expected a value" + at_byte(bare.size() + 8));
  EXPECT_EQ(detail_of(bare), "header: expected an empty line at its end" + at_byte(bare.size()));
}

TEST(ParseMessageTest, OffsetsStayTrueBehindFoldedLines) {
  auto text = options("\r\n");
  const auto from = text.find("<sip:a@h>");
  text.insert(from, "\"x\r\n y\"\r\n ");
  text[text.find("tag=1") + 3] = ' ';
  EXPECT_EQ(detail_of(text), "From: expected \";\"" + at_byte(text.find("tag 1") + 4));
}

struct StartLine {
  std::string_view text;
  std::string_view detail;
};
class BadStartLineTest : public ::testing::TestWithParam<StartLine> {};

TEST_P(BadStartLineTest, IsRefusedWithItsPlace) {
  const auto [line, detail] = GetParam();
  EXPECT_EQ(detail_of(std::string(line) + "\r\n" + std::string(kHead) + "\r\n"), detail);
}

INSTANTIATE_TEST_SUITE_P(
    Lines, BadStartLineTest,
    ::testing::Values(
        StartLine{"OPTIONS", "Request-URI: expected a URI scheme at byte 7"},
        StartLine{"OPTIONS sip:h", "start line: expected \"SIP/2.0\" at byte 13"},
        StartLine{"OPTIONS sip:h SIP/7.0", "start line: SIP version is not 2.0 at byte 14"},
        StartLine{"OPTIONS sip:h SIP/2.0 ", "start line: expected \"SIP/2.0\" at byte 14"},
        StartLine{"OPTIONS  sip:h SIP/2.0", "Request-URI: expected a URI scheme at byte 8"},
        StartLine{"OPTIONS sip:h; lr SIP/2.0", "Request-URI: expected a parameter name at byte 14"},
        StartLine{"OPTIONS <sip:h> SIP/2.0",
                  "Request-URI: character not allowed in a URI at byte 8"},
        StartLine{"OPTIONS sip:2001:db8::1 SIP/2.0",
                  "Request-URI: expected a port number after \":\" at byte 17"},
        StartLine{"OPT(IONS sip:h SIP/2.0", "start line: method is not a token at byte 0"},
        StartLine{" OPTIONS sip:h SIP/2.0", "start line: method is not a token at byte 0"},
        StartLine{"OPTIONS sip:h\r SIP/2.0", "start line: control character at byte 13"},
        StartLine{"SIP/2.0 4294967301 x", "start line: status code is not 100 to 699 at byte 8"},
        StartLine{"SIP/2.0 99 x", "start line: status code is not 100 to 699 at byte 8"},
        StartLine{"SIP/2.0 700 x", "start line: status code is not 100 to 699 at byte 8"},
        StartLine{"SIP/2.0 -20 x", "start line: status code is not 100 to 699 at byte 8"},
        StartLine{"SIP/2.0 ", "start line: status code is not 100 to 699 at byte 8"},
        StartLine{"SIP/2.0 200x", "start line: expected a blank after the status code at byte 11"},
        StartLine{"BYE sip:h SIP/2.0", "CSeq: method is not the request's at byte 111"},
        StartLine{"OPTIONS sip:h SIP/2.0\r\n folded", "header: expected a field name at byte 23"}));

class RequiredFieldTest : public ::testing::TestWithParam<std::string_view> {};

TEST_P(RequiredFieldTest, WithoutItAMessageIsMalformed) {
  auto text = options("\r\n");
  const auto at = text.find(GetParam());
  text.erase(at, text.find("\r\n", at) + 2 - at);
  EXPECT_THAT(detail_of(text), HasSubstr(std::string(GetParam()) + " mandatory field missing"));
}

INSTANTIATE_TEST_SUITE_P(Names, RequiredFieldTest,
                         ::testing::Values("Via:", "From:", "To:", "Call-ID:", "CSeq:"));

TEST(ParseMessageTest, LimitsHoldToTheByteAndTheField) {
  const auto times = [](std::size_t count, std::string_view line) {
    std::string lines;
    for (std::size_t i = 0; i < count; ++i) lines += line;
    return options(lines + "\r\n");
  };
  constexpr std::string_view kVia = "v:SIP/2.0/UDP h\r\n";
  EXPECT_EQ(detail_of(times(limits::kVias - 1, kVia)), "");
  for (const auto count : {limits::kVias, limits::kVias * 10 - 1}) {
    EXPECT_THAT(detail_of(times(count, kVia)), HasSubstr("Via: more than 64 Via values"));
  }
  EXPECT_EQ(detail_of(times(limits::kFields - 5, "z:y\r\n")), "");
  for (const auto count : {limits::kFields - 4, limits::kFields * 10}) {
    EXPECT_THAT(detail_of(times(count, "z:y\r\n")),
                HasSubstr("z: more than 256 header field values"));
  }

  auto longest = options("\r\n");
  longest.resize(limits::kMessageBytes, 'x');
  EXPECT_EQ(detail_of(longest), "");
  EXPECT_THAT(detail_of(longest + 'x'), HasSubstr("message: longer than 65535 bytes"));
}

TEST(ParseMessageTest, AnEscapedNulInAQuotedStringIsGood) {  // RFC 4475 §3.1.1.2
  EXPECT_EQ(detail_of(options("Contact: \"\\\0\" <sip:a@h>\r\n\r\n"sv)), "");
  EXPECT_THAT(detail_of(options("Contact: \"a\" \\\0 <sip:a@h>\r\n\r\n"sv)),
              HasSubstr("Contact: control character"));
}

TEST(ReadMessageTest, AFaultyRequestStillTellsWhoSentIt) {
  auto text = options("Content-Length: 0\r\n\r\n");
  text.replace(text.find("<sip:b@h>"), 9, "\"B <sip:b@h>");
  const auto read = read_message(text);
  ASSERT_TRUE(read.fault);
  EXPECT_EQ(read.fault->kind, MessageFault::Kind::malformed);
  EXPECT_EQ(read.fault->field, "To");
  EXPECT_EQ(read.fault->fault.at, text.find("\"B"));
  EXPECT_TRUE(read.message.is_request());
  EXPECT_EQ(read.message.method(), Method::options);
  EXPECT_EQ(read.message.top_via().branch, "z9hG4bK1");
  EXPECT_EQ(read.message.from_tag(), "1");
  EXPECT_EQ(read.message.call_id(), "c");
  EXPECT_EQ(read.message.cseq().number, 1U);
}

TEST(ReadMessageTest, TheFirstFaultIsTold) {
  const auto read = read_message(options("no colon\r\nCSeq: x\r\nContent-Length: 9\r\n\r\n"));
  ASSERT_TRUE(read.fault);
  EXPECT_EQ(read.fault->field, "header");
  EXPECT_EQ(read.message.cseq().number, 1U);
}

TEST(ReadMessageTest, FaultsThatHaveTheirOwnAnswerAreToldApart) {
  auto later = options("\r\n");
  later.replace(later.find("SIP/2.0"), 7, "SIP/7.0");
  EXPECT_EQ(read_message(later).fault->kind, MessageFault::Kind::version);

  auto far = options("\r\n");
  far.insert(far.find("sip:h") + 4, limits::kUriBytes, 'h');
  EXPECT_EQ(read_message(far).fault->kind, MessageFault::Kind::uri_too_long);

  auto large = options("\r\n");
  large.resize(limits::kMessageBytes + 1, 'x');
  EXPECT_EQ(read_message(large).fault->kind, MessageFault::Kind::message_too_large);
  large.resize(limits::kMessageBytes * 10, 'x');
  EXPECT_EQ(read_message(large).fault->kind, MessageFault::Kind::message_too_large);
}

TEST(ReadMessageTest, WhatIsForgivenIsTold) {
  const auto what = [](std::string text) {
    std::vector<Leniency> told;
    const auto read = read_message(std::move(text));
    EXPECT_FALSE(read.fault);
    for (const auto& lenience : read.leniences) told.push_back(lenience.what);
    return told;
  };
  EXPECT_THAT(what(options("\r\n")), ElementsAre());
  EXPECT_THAT(what("\r\n" + options("\r\n")), ElementsAre(Leniency::leading_empty_lines));
  EXPECT_THAT(what(options("Subject: a\nPriority: b\n\r\n")),
              ElementsAre(Leniency::bare_line_feed));
  EXPECT_THAT(what(options("Content-Length: 1\r\n\r\nxy")),
              ElementsAre(Leniency::bytes_after_body));
  EXPECT_THAT(what("SIP/2.0 200\r\n" + std::string(kHead) + "\r\n"),
              ElementsAre(Leniency::missing_reason_space));
}

TEST(ReadMessageTest, AFieldEndsAtItsLimit) {
  const auto with_line_of = [](std::size_t bytes) {
    return options("X: " + std::string(bytes - 3, 'y') + "\r\n\r\n");
  };
  EXPECT_FALSE(read_message(with_line_of(limits::kFieldBytes)).fault);
  EXPECT_THAT(detail_of(with_line_of(limits::kFieldBytes + 1)),
              HasSubstr("field longer than 16384 bytes"));
  EXPECT_TRUE(read_message(with_line_of(limits::kFieldBytes * 10)).fault);
}

TEST(ParseMessageTest, NothingAtAllIsMalformed) {
  EXPECT_EQ(detail_of(""), "start line: expected a line end at byte 0");
  EXPECT_EQ(detail_of("\r\n\r\n"), "start line: expected a line end at byte 4");
  EXPECT_EQ(detail_of(std::string(100, '\0')), "start line: expected a line end at byte 100");
}

}  // namespace
}  // namespace godwit::sip
