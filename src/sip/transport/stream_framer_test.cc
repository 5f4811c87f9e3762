// SPDX-License-Identifier: Apache-2.0
#include "sip/transport/stream_framer.h"

#include <gmock/gmock.h>

#include "base/limits.h"
#include "base/random.h"
#include "sip/message/message.h"

namespace godwit::sip {
namespace {

using namespace std::string_view_literals;
using Opened = StreamFramer::Opened;
using Kind = StreamFault::Kind;
using State = StreamFramer::State;
using Received = StreamFramer::MessageReceived;
using Ping = StreamFramer::PingReceived;
using Pong = StreamFramer::PongReceived;
using Outputs = StreamFramer::Outputs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

void append(Outputs& outputs, Outputs more) {
  std::move(more.begin(), more.end(), std::back_inserter(outputs));
}

Outputs cut(std::string_view bytes, Opened opened = Opened::by_peer) {
  return StreamFramer(opened).on_bytes(bytes);
}

/// What is wrong with the only thing that comes out.
StreamFault fault_of(std::string_view bytes) {
  auto outputs = cut(bytes);
  EXPECT_EQ(outputs.size(), 1U) << bytes.substr(0, 100);
  auto* const fault = outputs.empty() ? nullptr : std::get_if<StreamFault>(&outputs.back());
  EXPECT_NE(fault, nullptr) << bytes.substr(0, 100);
  return fault == nullptr ? StreamFault{} : *fault;
}

constexpr auto kStart = "OPTIONS sip:h SIP/2.0\r\n"sv;

std::string with_fields(std::string_view fields, std::string_view body = {}) {
  return std::string(kStart) + std::string(fields) + "\r\n" + std::string(body);
}

struct Framed {
  std::string_view fields;
  std::string_view body;
};
class FramedTest : public ::testing::TestWithParam<Framed> {};
TEST_P(FramedTest, ItsLengthIsFound) {
  const auto message = with_fields(GetParam().fields, GetParam().body);
  EXPECT_THAT(cut(message + message), ElementsAre(Received{message}, Received{message}));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, FramedTest,
    ::testing::Values(Framed{"Content-Length: 3\r\n", "abc"}, Framed{"l:3\r\n", "abc"},
                      Framed{"cOnTeNt-LENGTH \t: \t 003 \t\r\n", "a\0b"sv},
                      Framed{"L:\r\n 3\r\n", "\r\n\r"},
                      Framed{"Content-Length:\r\n\t\r\n 3\r\n \r\n", "abc"},
                      Framed{"X: l\r\n Content-Length: 7\r\nl: 3\r\nY: z\r\n", "abc"},
                      Framed{"Content-Length: 0\r\n", ""}, Framed{"l: 3\r\nl: 3\r\n", "abc"},
                      Framed{"no colon\r\nl: 3\r\n", "abc"}, Framed{"l: 3\n", "abc"},
                      Framed{"Content-Lengthy: 9\r\nContent-Length: 1\r\n", "x"}));

TEST(StreamFramerTest, AResponseIsAMessageToo) {
  constexpr auto kResponse = "SIP/2.0 200 OK\r\nl: 0\r\n\r\n"sv;
  EXPECT_THAT(cut(kResponse, Opened::by_us), ElementsAre(Received{std::string(kResponse)}));
}

TEST(StreamFramerTest, LineEndsOfAnyKindEndAHeader) {
  constexpr auto kMessage = "OPTIONS sip:h SIP/2.0\nl: 1\n\nx"sv;
  EXPECT_THAT(cut(kMessage), ElementsAre(Received{std::string(kMessage)}));
}

TEST(StreamFramerTest, AMessageOfAnotherVersionIsHandedOutToBeAnswered) {
  constexpr auto kMessage = "OPTIONS sip:h sip/7.0 \r\nl: 0\r\n\r\n"sv;
  EXPECT_THAT(cut(kMessage), ElementsAre(Received{std::string(kMessage)}));
}

TEST(StreamFramerTest, APeerThatConnectedSendsPings) {
  EXPECT_THAT(cut("\r\n\r\n"), ElementsAre(Ping{}));
  EXPECT_THAT(cut("\r\n\r\n\r\n"), ElementsAre(Ping{}));
  EXPECT_THAT(cut("\r\n"), IsEmpty());
  EXPECT_THAT(cut("\n\n\n\n"), IsEmpty());
  const auto message = with_fields("l:0\r\n");
  EXPECT_THAT(cut("\r\n" + message + "\r\n" + message + "\r\n\r\n\r\n\r\n"),
              ElementsAre(Received{message}, Received{message}, Ping{}, Ping{}));
}

TEST(StreamFramerTest, APeerThatWeConnectedToSendsPongs) {
  EXPECT_THAT(cut("\r\n", Opened::by_us), ElementsAre(Pong{}));
  EXPECT_THAT(cut("\r\n\r\n", Opened::by_us), ElementsAre(Pong{}, Pong{}));
  const auto message = with_fields("l:0\r\n");
  EXPECT_THAT(cut(message + "\r\n" + message, Opened::by_us),
              ElementsAre(Received{message}, Pong{}, Received{message}));
}

struct Faulty {
  std::string_view fields;
  Kind kind;
  std::size_t at;
  int answer;
};
class FaultyLengthTest : public ::testing::TestWithParam<Faulty> {};
TEST_P(FaultyLengthTest, BreaksTheStreamAndIsAnsweredWithItsHeader) {
  const auto head = with_fields(GetParam().fields);
  const auto fault = fault_of(head + "more\r\n\r\n");
  EXPECT_EQ(fault, (StreamFault{GetParam().kind, kStart.size() + GetParam().at, head}));
  EXPECT_EQ(answer_to(fault.kind), GetParam().answer);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, FaultyLengthTest,
    ::testing::Values(Faulty{"", Kind::content_length_missing, 2, 400},
                      Faulty{"X: y\r\n", Kind::content_length_missing, 8, 400},
                      Faulty{" Content-Length: 3\r\n", Kind::content_length_missing, 22, 400},
                      Faulty{"X: y\r\nl:\r\n", Kind::content_length_malformed, 6, 400},
                      Faulty{"l: -1\r\n", Kind::content_length_malformed, 0, 400},
                      Faulty{"l: +1\r\n", Kind::content_length_malformed, 0, 400},
                      Faulty{"l: 1x\r\n", Kind::content_length_malformed, 0, 400},
                      Faulty{"l: 1 2\r\n", Kind::content_length_malformed, 0, 400},
                      Faulty{"l: 1\r\n 2\r\n", Kind::content_length_malformed, 0, 400},
                      Faulty{"l: 1, 1\r\n", Kind::content_length_malformed, 0, 400},
                      Faulty{"l: 1\r\nContent-Length: 2\r\n", Kind::content_length_conflicting, 6,
                             400},
                      Faulty{"l: 65535\r\n", Kind::message_too_long, 0, 513},
                      Faulty{"X: y\r\nl: 4294967297\r\n", Kind::message_too_long, 6, 513},
                      Faulty{"l: 18446744073709551617\r\n", Kind::message_too_long, 0, 513}));

class NotSipTest : public ::testing::TestWithParam<std::string_view> {};
TEST_P(NotSipTest, BreaksTheStreamAtOnce) {
  const auto fault = fault_of(GetParam());
  EXPECT_EQ(fault.kind, Kind::not_sip);
  EXPECT_EQ(fault.head, "");
  EXPECT_EQ(answer_to(fault.kind), 0);
}

INSTANTIATE_TEST_SUITE_P(Texts, NotSipTest,
                         ::testing::Values("GET / HTTP/1.1\r\nHost: h\r\n\r\n", "hello\r\n", "\0"sv,
                                           "\x16\x03\x01"sv, "OPTIONS sip:\x01",
                                           "OPTIONS sip:h\rSIP/2.0\r\n", "\rX", "\r\r\n", " \r\n",
                                           "OPTIONS sip:h\r\n", "OPTIONS sip:h SIP/2\r\n",
                                           "OPTIONS sip:h SIP/.0\r\n", "OPTIONS sip:h XSIP/2.0\r\n",
                                           "{} sip:h SIP/2.0\r\n", "SIP/2.x 200 OK\r\n"));

TEST(StreamFramerTest, AFaultTellsWhereItIs) {
  EXPECT_EQ(fault_of("OPTIONS sip:\x01").at, 12U);
  EXPECT_EQ(to_string(fault_of("hello\r\n").kind), "expected a start line of SIP");
}

TEST(StreamFramerTest, AfterAFaultNothingIsTaken) {
  StreamFramer framer(Opened::by_peer);
  EXPECT_EQ(framer.on_bytes("hello\r\n").size(), 1U);
  EXPECT_EQ(framer.state(), State::broken);
  EXPECT_THAT(framer.on_bytes(with_fields("l:0\r\n")), IsEmpty());
  EXPECT_EQ(framer.on_end(), std::nullopt) << "that has been told";
}

TEST(StreamFramerTest, MessagesBeforeAFaultAreHandedOut) {
  const auto good = with_fields("l:0\r\n");
  const auto bad = with_fields("");
  EXPECT_THAT(
      cut(good + bad + good),
      ElementsAre(Received{good}, StreamFault{Kind::content_length_missing, bad.size(), bad}));
}

TEST(StreamFramerTest, AStreamThatEndsWithinAMessageWasCutShort) {
  const auto message = with_fields("l:3\r\n", "abc");
  for (std::size_t size = 0; size <= message.size(); ++size) {
    StreamFramer framer(Opened::by_peer);
    EXPECT_EQ(framer.on_bytes(std::string_view(message).substr(0, size)).size(),
              size == message.size() ? 1U : 0U);
    const auto fault = framer.on_end();
    EXPECT_EQ(framer.state(), State::broken);
    if (size == 0 || size == message.size()) {
      EXPECT_EQ(fault, std::nullopt);
      continue;
    }
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->kind, Kind::cut_short);
    EXPECT_EQ(fault->at, size);
    EXPECT_EQ(fault->head.empty(), size < message.size() - 3);
  }
}

/// A message of `size` bytes, of which `body` are its body.
std::string message_of(std::size_t size, std::size_t body) {
  const std::string length = "l: " + std::to_string(body) + "\r\n";
  const auto known = with_fields(length + "X: \r\n").size() + body;
  return with_fields(length + "X: " + std::string(size - known, 'x') + "\r\n",
                     std::string(body, 'b'));
}

TEST(StreamFramerTest, AMessageIsAsLongAsTheTableOfLimitsSays) {
  for (const std::size_t body : {std::size_t{0}, std::size_t{1}, limits::kMessageBytes / 2}) {
    const auto longest = message_of(limits::kMessageBytes, body);
    ASSERT_EQ(longest.size(), limits::kMessageBytes);
    EXPECT_THAT(cut(longest), ElementsAre(Received{longest}));
    for (const auto size : {limits::kMessageBytes + 1, 10 * limits::kMessageBytes}) {
      const auto longer = message_of(size, size - limits::kMessageBytes / 2);
      const auto fault = fault_of(longer);
      EXPECT_EQ(fault.kind, Kind::message_too_long);
      EXPECT_EQ(answer_to(fault.kind), 513);
      EXPECT_EQ(longer.substr(0, fault.head.size()), fault.head);
    }
  }
}

TEST(StreamFramerTest, AHeaderIsNoLongerThanAMessage) {
  for (const auto size : {limits::kMessageBytes + 1, 10 * limits::kMessageBytes}) {
    const auto fault = fault_of(message_of(size, 0));
    EXPECT_EQ(fault, (StreamFault{Kind::head_too_long, limits::kMessageBytes, {}}));
  }
}

TEST(StreamFramerTest, AStartLineIsNoLongerThanAFieldLine) {
  const auto start_line = [](std::size_t size) {
    return "OPTIONS sip:" + std::string(size - 22, 'h') + " SIP/2.0\r\n";
  };
  ASSERT_EQ(start_line(limits::kFieldBytes).size(), limits::kFieldBytes);
  const auto longest = start_line(limits::kFieldBytes) + "l: 0\r\n\r\n";
  EXPECT_THAT(cut(longest), ElementsAre(Received{longest}));
  for (const auto size : {limits::kFieldBytes + 1, 10 * limits::kFieldBytes}) {
    EXPECT_EQ(fault_of(start_line(size)), (StreamFault{Kind::not_sip, limits::kFieldBytes, {}}));
    EXPECT_EQ(fault_of(std::string(size, 'A')).kind, Kind::not_sip);
  }
}

TEST(StreamFramerTest, WhatIsBufferedStaysWithinTheLimit) {
  StreamFramer framer(Opened::by_peer);
  const auto message = message_of(limits::kMessageBytes, 1000);
  std::size_t most = 0;
  for (const char c : message + message) {
    (void)framer.on_bytes({&c, 1});
    most = std::max(most, framer.buffered());
  }
  EXPECT_EQ(most, limits::kMessageBytes - 1);
  EXPECT_EQ(framer.buffered(), 0U);
  (void)framer.on_bytes(std::string(100 * limits::kMessageBytes, 'x'));
  EXPECT_EQ(framer.buffered(), 0U);
}

/// Five messages with all that may stand between and in them.
std::string five_messages() {
  return with_fields("Content-Length: 5\r\n", "a\r\n\r\n") + "\r\n" +
         with_fields("Via: SIP/2.0/TCP h\r\n ;branch=x\r\nl:\r\n 2\r\n", "\r\n") + "\r\n\r\n" +
         "SIP/2.0 200 OK\r\nCONTENT-LENGTH : 0\r\n\r\n" + "\r\n\r\n\r\n" +
         with_fields("l: 1\r\nX: y\r\n", "\0"sv) + with_fields("X: l\r\nL: 3\r\n", "abc") +
         "\r\n\r\n\n";
}

class AnySplitTest : public ::testing::TestWithParam<Opened> {
 protected:
  void expect_same_however_split(std::string_view bytes) {
    const auto whole = cut(bytes, GetParam());
    for (std::size_t at = 0; at <= bytes.size(); ++at) {
      StreamFramer framer(GetParam());
      auto outputs = framer.on_bytes(bytes.substr(0, at));
      append(outputs, framer.on_bytes(bytes.substr(at)));
      ASSERT_EQ(outputs, whole) << "split at " << at;
    }
    StreamFramer framer(GetParam());
    Outputs outputs;
    for (std::size_t i = 0; i < bytes.size(); ++i)
      append(outputs, framer.on_bytes(bytes.substr(i, 1)));
    EXPECT_EQ(outputs, whole) << "byte by byte";
  }
};

TEST_P(AnySplitTest, GivesTheSameMessages) {
  const auto stream = five_messages();
  EXPECT_EQ(cut(stream, GetParam()).size(), GetParam() == Opened::by_us ? 13U : 8U);
  expect_same_however_split(stream);
}

TEST_P(AnySplitTest, GivesTheSameFault) {
  const auto good = with_fields("l: 1\r\n", "x");
  for (const auto& bad :
       {with_fields(""), with_fields("l: x\r\n"), with_fields("l: 1\r\nl: 2\r\n"),
        with_fields("l: 99999\r\n"), std::string("hello\r\n"), std::string("\r\n\rX"),
        std::string("OPTIONS \x01 SIP/2.0\r\n"), std::string("OPTIONS\rsip:h SIP/2.0\r\n")}) {
    expect_same_however_split(good + bad + good);
  }
}

INSTANTIATE_TEST_SUITE_P(Ends, AnySplitTest, ::testing::Values(Opened::by_us, Opened::by_peer));

// The limits count bytes, not chunks: the line end that would save a line comes too late in each.
TEST(StreamFramerTest, ALimitIsMetAtTheSameByteHoweverTheBytesCome) {
  const auto start = "OPTIONS sip:" + std::string(limits::kFieldBytes - 12, 'h');
  for (const auto& bytes :
       {start + "\x01", start + "h\x01", start + "\r\n", start + " SIP/2.0\r\n",
        message_of(limits::kMessageBytes + 1, 0), message_of(limits::kMessageBytes, 0) + "x"}) {
    const auto whole = cut(bytes);
    StreamFramer framer(Opened::by_peer);
    Outputs outputs;
    for (std::size_t i = 0; i < bytes.size(); ++i) append(outputs, framer.on_bytes({&bytes[i], 1}));
    EXPECT_EQ(outputs, whole);
  }
}

TEST(StreamFramerTest, GeneratedStreamsComeOutAsTheyWentIn) {
  SeededRandom random(7);
  for (int round = 0; round < 500; ++round) {
    std::string stream;
    Outputs sent;
    for (auto count = random.below(6); count > 0; --count) {
      if (random.below(3) == 0) {
        stream += kPong;
        sent.emplace_back(Pong{});
      }
      std::string body(random.below(200), '\0');
      for (char& c : body) c = static_cast<char>(random.below(256));
      const auto message =
          with_fields("X: " + random.token(random.below(50)) +
                          "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n",
                      body);
      stream += message;
      sent.emplace_back(Received{message});
    }
    StreamFramer framer(Opened::by_us);
    Outputs outputs;
    for (std::string_view rest = stream; !rest.empty();) {
      const auto size = std::min<std::size_t>(rest.size(), random.below(100));
      append(outputs, framer.on_bytes(rest.substr(0, size)));
      rest.remove_prefix(size);
    }
    EXPECT_EQ(outputs, sent);
  }
}

TEST(StreamFramerTest, WhatIsHandedOutGoesToTheParser) {
  const auto outputs =
      cut("OPTIONS sip:h SIP/2.0\r\nv: SIP/2.0/TCP h;branch=z9hG4bK1\r\nf: <sip:a@h>;tag=1\r\n"
          "t: <sip:b@h>\r\ni: 1\r\nCSeq: 1 OPTIONS\r\nl: 2\r\n\r\nhiOPTIONS");
  ASSERT_EQ(outputs.size(), 1U);
  const auto message = parse_message(std::get<Received>(outputs.front()).bytes);
  ASSERT_TRUE(message) << message.error().detail;
  EXPECT_EQ(message->body(), "hi");
}

}  // namespace
}  // namespace godwit::sip
