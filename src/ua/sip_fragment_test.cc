// SPDX-License-Identifier: Apache-2.0
#include "ua/sip_fragment.h"

#include <gtest/gtest.h>

namespace godwit::ua {
namespace {

TEST(SipFragment, BeginsWithAStatusLine) {
  EXPECT_EQ(read_sip_fragment("SIP/2.0 200 OK\r\n"), (SipFragment{200, "OK"}));
  EXPECT_EQ(read_sip_fragment("SIP/2.0 100 Trying"), (SipFragment{100, "Trying"}));
  EXPECT_EQ(read_sip_fragment("SIP/2.0 486 Busy Here\r\nTo: <sip:c@example.org>\r\n"),
            (SipFragment{486, "Busy Here"}));
  EXPECT_EQ(read_sip_fragment("sip/2.0 603\n"), (SipFragment{603, ""}));
  EXPECT_EQ(read_sip_fragment("\r\nSIP/2.0 180  Ringing\r\n"), (SipFragment{180, "Ringing"}));
}

TEST(SipFragment, EverythingElseIsNone) {
  for (const char* body : {"", "\r\n", "200 OK", "SIP/2.0 ", "SIP/2.0 99 x", "SIP/2.0 700 x",
                           "SIP/2.0 2000 OK", "SIP/3.0 200 OK", "INVITE sip:a@b SIP/2.0"}) {
    EXPECT_FALSE(read_sip_fragment(body)) << body;
  }
}

TEST(SipFragment, ReadsBackAsItIsWritten) {
  EXPECT_EQ(write_sip_fragment({180, ""}), "SIP/2.0 180 Ringing\r\n");
  const SipFragment wanted{404, "Not here"};
  EXPECT_EQ(read_sip_fragment(write_sip_fragment(wanted)), wanted);
  EXPECT_EQ(write_sip_fragment({200, "a\r\nVia: x"}).find("\r\nVia"), std::string::npos);
}

}  // namespace
}  // namespace godwit::ua
