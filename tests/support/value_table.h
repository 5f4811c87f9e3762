// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "sip/message/grammar.h"

namespace godwit::test {

// What holds for the parser and the writer of every header field value, as tables.

/// The text in a heap block of exactly its size: a sanitizer sees a read past its end.
class ExactBlock {
 public:
  explicit ExactBlock(std::string_view text)
      : bytes_(std::make_unique<char[]>(text.size())), size_(text.size()) {
    std::copy(text.begin(), text.end(), bytes_.get());
  }
  [[nodiscard]] std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_;
};

/// What was read reads the same once written, and is then written the same.
template <class Parse, class Value>
void expect_reads_back(Parse parse, const Value& value) {
  const std::string written = to_string(value);
  const ExactBlock block(written);
  const auto again = parse(block.view());
  ASSERT_TRUE(again) << written << ": " << again.error().what << " at " << again.error().at;
  EXPECT_TRUE(*again == value) << written << " became " << to_string(*again);
  EXPECT_EQ(to_string(*again), written);
}

/// Each text reads, reads back, and every shorter beginning of it ends in a value or a fault that
/// stands within it.
template <class Parse>
void expect_good(Parse parse, std::initializer_list<std::string_view> texts) {
  for (const std::string_view text : texts) {
    const ExactBlock whole(text);
    const auto value = parse(whole.view());
    ASSERT_TRUE(value) << text << ": " << value.error().what << " at " << value.error().at;
    expect_reads_back(parse, *value);
    for (std::size_t size = 0; size < text.size(); ++size) {
      const ExactBlock part(text.substr(0, size));
      const auto cut = parse(part.view());
      if (cut) {
        expect_reads_back(parse, *cut);
      } else {
        EXPECT_LE(cut.error().at, size) << text.substr(0, size);
      }
    }
  }
}

struct BadText {
  std::string_view text;
  std::size_t at;
  std::string_view what = "";  // empty: in whatever words
};

/// Each text is refused, at the place and in the words of the table.
template <class Parse>
void expect_bad(Parse parse, std::initializer_list<BadText> table) {
  for (const BadText& bad : table) {
    const ExactBlock block(bad.text);
    const auto value = parse(block.view());
    ASSERT_FALSE(value) << bad.text;
    EXPECT_EQ(value.error().at, bad.at) << bad.text << ": " << value.error().what;
    EXPECT_TRUE(bad.what.empty() || bad.what == value.error().what)
        << bad.text << ": " << value.error().what;
  }
}

}  // namespace godwit::test
