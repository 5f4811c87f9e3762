// SPDX-License-Identifier: Apache-2.0
#include "sip_trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace godwit::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(SipTrace, MasksCredentialsInEverySpelling) {
  for (const char* name : {"Authorization:", "PROXY-Authorization: ", "authorization :"}) {
    const std::string message = std::string("REGISTER sip:a SIP/2.0\r\n") + name +
                                "Digest response=\"5ec12e7\"\r\nCSeq: 1 REGISTER\r\n\r\n";
    EXPECT_THAT(without_secrets(message), Not(HasSubstr("5ec12e7"))) << name;
    EXPECT_THAT(without_secrets(message), HasSubstr("CSeq: 1 REGISTER\r\n"));
  }
}

TEST(SipTrace, MasksTheFoldedRestOfACredential) {
  EXPECT_EQ(without_secrets("Authorization: Digest\r\n response=\"5ec12e7\"\r\nTo: b\r\n"),
            "Authorization: ***\r\nTo: b\r\n");
}

TEST(SipTrace, MasksMediaKeys) {
  EXPECT_EQ(without_secrets("a=crypto:1 AES inline:5ec12e7\r\na=sendrecv\r\n"),
            "a=crypto: ***\r\na=sendrecv\r\n");
}

TEST(SipTrace, LeavesOtherMessagesAsTheyAre) {
  const std::string message = "OPTIONS sip:a SIP/2.0\r\nVia: x\r\n\r\nbody without end";
  EXPECT_EQ(without_secrets(message), message);
}

TEST(SipTrace, WritesOneHeaderLineAboveEachMessage) {
  const std::string path = ::testing::TempDir() + "/sip_trace_test.txt";
  {
    const auto tap = open_sip_trace(path);
    ASSERT_TRUE(tap);
    TappedMessage message;
    message.sent = true;
    message.local = "10.1.0.2:5060";
    message.remote = "10.9.0.2:5060";
    message.bytes = "BYE sip:b SIP/2.0\r\ni: abc@h\r\nCSeq: 2 BYE\r\n\r\n";
    (*tap)(message);
  }
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_THAT(text, HasSubstr(" >> udp 10.1.0.2:5060 -> 10.9.0.2:5060 44 bytes, Call-ID abc@h, "
                              "CSeq 2 BYE\nBYE sip:b SIP/2.0\n"));
}

TEST(SipTrace, SaysWhyAFileCannotBeWritten) {
  const auto tap = open_sip_trace("/nowhere/at/all");
  ASSERT_FALSE(tap);
  EXPECT_EQ(tap.error().code, Errc::invalid_argument);
  EXPECT_THAT(tap.error().detail, HasSubstr("No such file"));
}

}  // namespace
}  // namespace godwit::cli
