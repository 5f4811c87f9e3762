// SPDX-License-Identifier: Apache-2.0
#include "lab/markup.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace godwit::lab {
namespace {

TEST(Markup, NothingOfAStrangerBecomesATag) {
  EXPECT_EQ(escaped("<script>alert('1') & \"2\""),
            "&lt;script&gt;alert(&#39;1&#39;) &amp; &quot;2&quot;");
  EXPECT_EQ(escaped(std::string_view("a\0b\x1b", 4)), "a b ");
}

TEST(Markup, JsonDoesNotEndItsElementAndStaysTheSame) {
  const nlohmann::json object = {{"reason", "</script><b>"}};
  const auto text = escaped_json(object.dump());
  EXPECT_EQ(text.find('<'), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(text), object);
}

}  // namespace
}  // namespace godwit::lab
