// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <new>

#include "sip/message/message.h"

namespace {

std::size_t allocations = 0;

}  // namespace

// Not inlined: GCC would see a plain free() of what a new expression gave, and warn.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace godwit::sip {
namespace {

// The path of every datagram: what it allocates is paid for each of them.
TEST(AllocationsTest, ParsingAMessageAllocatesAtMostTwice) {
  std::ifstream file(GODWIT_SOURCE_DIR "/tests/data/messages/invite.sip", std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  ASSERT_FALSE(text.empty());

  const auto before = allocations;
  const auto message = parse_message(std::move(text));
  EXPECT_LE(allocations - before, 2U);
  EXPECT_TRUE(message);
}

TEST(AllocationsTest, WritingAMessageAllocatesOnce) {
  auto message = Message::request("OPTIONS", "sip:h");
  for (int i = 0; i < 50; ++i) message.add_extension("X-Own", "a value of some length");
  const auto before = allocations;
  const auto text = message.write();
  EXPECT_EQ(allocations - before, 1U);
}

}  // namespace
}  // namespace godwit::sip
