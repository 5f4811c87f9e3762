// SPDX-License-Identifier: Apache-2.0
#include "sip/header/product.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "support/value_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

std::string many_products(std::size_t count) {
  std::string text = "p";
  while (--count > 0) text += " p";
  return text;
}

TEST(ProductTest, ReadsProductsVersionsAndComments) {
  EXPECT_EQ(parse_products("Softphone Beta1.5").value(),
            (ProductList{{Product{"Softphone", ""}, Product{"Beta1.5", ""}}}));
  EXPECT_EQ(parse_products("godwit/1.2 (Debian (12)) lib / 3").value(),
            (ProductList{
                {Product{"godwit", "1.2"}, ProductComment{"Debian (12)"}, Product{"lib", "3"}}}));
  EXPECT_EQ(parse_products("PBX-14.0(13.22)").value(),
            (ProductList{{Product{"PBX-14.0", ""}, ProductComment{"13.22"}}}));
}

TEST(ProductTest, WritesWhatItReads) {
  test::expect_good(parse_products, {"godwit/0.1", "(only a comment)", "a b/c (d)(e) f",
                                     "x  (\\( \\\\)", "kamailio (5.6.3 (x86_64/linux))"});
  EXPECT_EQ(to_string(ProductList{}), "-");
}

TEST(ProductTest, SaysWhereItBreaks) {
  test::expect_bad(parse_products, {{"", 0, "expected a product or a comment"},
                                    {"/1.0", 0, "expected a product or a comment"},
                                    {"a/", 2, "expected a version after \"/\""},
                                    {"a/ (x)", 3, "expected a version after \"/\""},
                                    {"a/b/c", 3, "expected a space between products"},
                                    {"(x)a", 3, "expected a space between products"},
                                    {"Acme, Inc", 4, "expected a space between products"},
                                    {"a [b]", 2, "expected a product or a comment"},
                                    {"a (b", 2, "unterminated comment"}});
}

TEST(ProductTest, EndsAtTheLimit) {
  EXPECT_EQ(parse_products(many_products(limits::kProducts)).value().words.size(),
            limits::kProducts);
  const Fault too_many{"more than 64 products and comments", 2 * limits::kProducts};
  EXPECT_EQ(parse_products(many_products(limits::kProducts + 1)).error(), too_many);
  EXPECT_EQ(parse_products(many_products(limits::kProducts * 10)).error(), too_many);
}

TEST(ProductTest, ReadsBackWhateverItHolds) {
  test::ValueMaker make(22);
  for (int round = 0; round < 500; ++round) {
    ProductList products{{Product{make.token(), ""}}};
    while (make.below(4) != 0 && products.words.size() < limits::kProducts) {
      if (make.coin()) {
        products.words.emplace_back(ProductComment{make.text()});
      } else {
        products.words.emplace_back(Product{make.token(), make.coin() ? make.token() : ""});
      }
    }
    test::expect_reads_back(parse_products, products);
  }
}

}  // namespace
}  // namespace godwit::sip
