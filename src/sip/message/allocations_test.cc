// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "sip/message/message.h"
#include "support/allocation_count.h"

namespace godwit::sip {
namespace {

// The path of every datagram: what it allocates is paid for each of them.
TEST(AllocationsTest, ParsingAMessageInItsOwnBufferAllocatesNothing) {
  std::ifstream file(GODWIT_SOURCE_DIR "/tests/data/messages/invite.sip", std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  ASSERT_FALSE(text.empty());

  const auto before = allocation_count;
  const auto message = parse_message(std::move(text));
  EXPECT_EQ(allocation_count - before, 0U);
  EXPECT_TRUE(message);
}

TEST(AllocationsTest, WritingAMessageAllocatesOnce) {
  auto message = Message::request("OPTIONS", "sip:h");
  for (int i = 0; i < 50; ++i) message.add_extension("X-Own", "a value of some length");
  const auto before = allocation_count;
  const auto text = message.write();
  EXPECT_EQ(allocation_count - before, 1U);
}

}  // namespace
}  // namespace godwit::sip
