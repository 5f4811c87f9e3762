// SPDX-License-Identifier: Apache-2.0
#include "server/sealed_text.h"

#include <gtest/gtest.h>

namespace godwit::server {
namespace {

TEST(SealedTextTest, IsOpenedAsItWasClosedAndByNobodyElse) {
  SeededRandom random(7);
  const SealedText ours("mark-", random);
  const SealedText others("mark-", random);
  for (const std::string& bytes : {std::string(), std::string("\0\xff", 2), std::string(40, 'x')}) {
    const std::string user = ours.close(bytes);
    EXPECT_EQ(ours.open(user), bytes);
    EXPECT_EQ(others.open(user), std::nullopt);
  }
}

TEST(SealedTextTest, WhatWasChangedStaysClosed) {
  SeededRandom random(7);
  const SealedText sealed("mark-", random);
  const std::string user = sealed.close("0123456789");
  for (std::size_t at = 0; at < user.size(); ++at) {
    std::string changed = user;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    EXPECT_EQ(sealed.open(changed), std::nullopt) << at;
    EXPECT_EQ(sealed.open(user.substr(0, at)), std::nullopt) << at;
  }
  EXPECT_EQ(sealed.open("alice"), std::nullopt);
}

}  // namespace
}  // namespace godwit::server
