// SPDX-License-Identifier: Apache-2.0
#include "sip/header/request_disposition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "support/value_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

using ::testing::ElementsAre;

TEST(RequestDispositionTest, ReadsEveryFormAndReadsItBack) {
  test::expect_good(
      parse_request_disposition,
      {"proxy", "redirect", "No-Fork , queue", "proxy,cancel,fork,recurse,parallel,queue",
       "redirect, no-cancel, no-fork, no-recurse, sequential, no-queue, x-own"});
}

TEST(RequestDispositionTest, KnowsItsDirectives) {
  const auto value = parse_request_disposition("proxy, no-cancel, sequential, QUEUE").value();
  EXPECT_EQ(value.proxy, true);
  EXPECT_EQ(value.cancel, false);
  EXPECT_EQ(value.fork, std::nullopt);
  EXPECT_EQ(value.recurse, std::nullopt);
  EXPECT_EQ(value.parallel, false);
  EXPECT_EQ(value.queue, true);
}

TEST(RequestDispositionTest, TheFirstOfAKindCounts) {
  const auto value = parse_request_disposition("fork, x, no-fork, fork").value();
  EXPECT_EQ(value.fork, true);
  EXPECT_THAT(value.other, ElementsAre("x", "no-fork", "fork"));
}

TEST(RequestDispositionTest, SaysWhereAFaultIs) {
  constexpr const char* kExpected = "expected a directive, as \"no-fork\"";
  test::expect_bad(parse_request_disposition, {{"", 0, kExpected},
                                               {"fork,", 5, kExpected},
                                               {"fork, no fork", 6, kExpected},
                                               {"fork;x", 0, kExpected}});
}

TEST(RequestDispositionTest, EndsAtTheLimit) {
  const auto list = [](std::size_t count) {
    std::string text = "x";
    while (--count > 0) text += ",x";
    return text;
  };
  EXPECT_EQ(parse_request_disposition(list(limits::kFields))->other.size(), limits::kFields);
  EXPECT_FALSE(parse_request_disposition(list(limits::kFields + 1)));
  EXPECT_FALSE(parse_request_disposition(list(limits::kFields * 10)));
}

TEST(RequestDispositionTest, ReadsBackWhatItWrites) {
  test::ValueMaker make(7);
  const auto maybe = [&] { return make.coin() ? std::optional(make.coin()) : std::nullopt; };
  for (int i = 0; i < 1000; ++i) {
    RequestDisposition value{maybe(), maybe(), maybe(), maybe(), maybe(), maybe(), {}};
    value.other.push_back("x-" + make.token());
    test::expect_reads_back(parse_request_disposition, value);
  }
  EXPECT_EQ(to_string(RequestDisposition{}), "");
}

}  // namespace
}  // namespace godwit::sip
