// SPDX-License-Identifier: Apache-2.0
#include "sip/header/session_id.h"

#include <gtest/gtest.h>

#include "support/value_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

constexpr SessionUuid kLocal{0xab, 0x30, 0x31, 0x7f, 0x1a, 0x78, 0x4d, 0xc4,
                             0x8f, 0xf8, 0x24, 0xd0, 0xd3, 0x71, 0x5d, 0x86};

TEST(SessionIdTest, ReadsEveryFormAndReadsItBack) {
  test::expect_good(
      parse_session_id,
      {"ab30317f1a784dc48ff824d0d3715d86;remote=47755a9de7794ba387653f2099600ef2",
       "ab30317f1a784dc48ff824d0d3715d86",
       " AB30317F1A784DC48FF824D0D3715D86 ; Remote = 00000000000000000000000000000000;x=y",
       "ab30317f1a784dc48ff824d0d3715d86;remote=\"47755a9de7794ba387653f2099600ef2\""});
}

TEST(SessionIdTest, KnowsItsParts) {
  const auto old = parse_session_id("ab30317f1a784dc48ff824d0d3715d86").value();
  EXPECT_EQ(old, (SessionId{kLocal, std::nullopt, {}}));
  const auto value =
      parse_session_id("AB30317f1a784dc48ff824d0d3715d86;x;remote=00000000000000000000000000000000")
          .value();
  EXPECT_EQ(value, (SessionId{kLocal, SessionUuid{}, {{"x", std::nullopt}}}));
  EXPECT_EQ(to_string(value),
            "ab30317f1a784dc48ff824d0d3715d86;remote=00000000000000000000000000000000;x");
}

TEST(SessionIdTest, SaysWhereAFaultIs) {
  constexpr const char* kLength = "expected 32 hexadecimal digits";
  constexpr const char* kDigit = "expected a hexadecimal digit";
  test::expect_bad(parse_session_id, {{"", 0, kLength},
                                      {"ab30317f1a784dc48ff824d0d3715d8", 31, kLength},
                                      {"ab30317f1a784dc48ff824d0d3715d861", 32, kLength},
                                      {"ab30317f-1a78-4dc4-8ff8-24d0d3715d86", 8, kDigit},
                                      {" xb30317f1a784dc48ff824d0d3715d86", 1, kDigit},
                                      {"ab30317f1a784dc48ff824d0d3715d86 x", 33},
                                      {"ab30317f1a784dc48ff824d0d3715d86;remote", 33, kLength},
                                      {"ab30317f1a784dc48ff824d0d3715d86;remote=12", 42, kLength}});
}

TEST(SessionIdTest, ReadsBackWhatItWrites) {
  test::ValueMaker make(18);
  const auto uuid = [&] {
    SessionUuid made{};
    for (auto& byte : made) byte = static_cast<std::uint8_t>(make.below(256));
    return made;
  };
  for (int i = 0; i < 1000; ++i) {
    SessionId value{uuid(), std::nullopt, make.parameters()};
    if (make.coin()) value.remote = uuid();
    test::expect_reads_back(parse_session_id, value);
  }
}

}  // namespace
}  // namespace godwit::sip
