// SPDX-License-Identifier: Apache-2.0
#include "sip/header/feature_tag.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "support/value_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

using ::testing::ElementsAre;
using Values = std::vector<FeatureValue>;

// The value of a tag "x", as on the wire.
Scanned<FeatureTag> read_tag(std::string_view value) {
  return parse_feature_tag("+x", value);
}
Values values_of(std::string_view value) {
  return std::get<Values>(read_tag(value).value().content);
}
// Reads the text of a whole tag.
Scanned<FeatureTag> read_whole(std::string_view text) {
  const auto equals = text.find('=');
  const auto name = text.substr(0, equals);
  if (!is_token(name)) return fault("expected a name", 0);
  if (equals == std::string_view::npos) return parse_feature_tag(name, std::nullopt);
  return parse_feature_tag(name, text.substr(equals + 1));
}

TEST(FeatureTagTest, IsABaseTagOrHasAPlus) {
  for (const auto* const name : {"audio", "Methods", "isfocus", "extensions", "+sip.instance",
                                 "+g.3gpp.icsi-ref", "+u.sip!model.ccm.cisco.com"}) {
    EXPECT_TRUE(is_feature_tag(name)) << name;
  }
  for (const auto* const name : {"", "+", "expires", "q", "audios", "x-audio"}) {
    EXPECT_FALSE(is_feature_tag(name)) << name;
  }
}

TEST(FeatureTagTest, ABareNameHasNoValues) {
  const auto tag = parse_feature_tag("audio", std::nullopt).value();
  EXPECT_EQ(tag.content, (std::variant<Values, std::string>{Values{}}));
  EXPECT_EQ(to_string(tag), "audio");
}

TEST(FeatureTagTest, ReadsListsOfTokens) {
  EXPECT_THAT(values_of(R"("INVITE,BYE , ACK")"),
              ElementsAre(FeatureValue{false, "INVITE"}, FeatureValue{false, "BYE"},
                          FeatureValue{false, "ACK"}));
  EXPECT_THAT(values_of(R"("!video,urn%3Aurn-7")"),
              ElementsAre(FeatureValue{true, "video"}, FeatureValue{false, "urn%3Aurn-7"}));
  EXPECT_THAT(values_of(R"("TRUE,!false")"),
              ElementsAre(FeatureValue{false, true}, FeatureValue{true, false}));
  EXPECT_THAT(values_of("full"), ElementsAre(FeatureValue{false, "full"}));
}

TEST(FeatureTagTest, ReadsNumbersAndTheirRanges) {
  const Decimal one{false, 1, 0};
  const Decimal minus_half{true, 5, 1};
  EXPECT_THAT(values_of(R"("#>=1")"),
              ElementsAre(FeatureValue{false, FeatureRange{one, std::nullopt}}));
  EXPECT_THAT(values_of(R"("#<=+1.000")"),
              ElementsAre(FeatureValue{false, FeatureRange{std::nullopt, one}}));
  EXPECT_THAT(values_of(R"("!#=01.")"), ElementsAre(FeatureValue{true, FeatureRange{one, one}}));
  EXPECT_THAT(values_of(R"("#-0.5:1")"),
              ElementsAre(FeatureValue{false, FeatureRange{minus_half, one}}));
  EXPECT_THAT(values_of(R"("#=-0.0")"),
              ElementsAre(FeatureValue{false, FeatureRange{Decimal{}, Decimal{}}}));
}

TEST(FeatureTagTest, ReadsTexts) {
  EXPECT_EQ(std::get<std::string>(read_tag(R"("<urn:uuid:00000000-0000>")")->content),
            "urn:uuid:00000000-0000");
  EXPECT_EQ(std::get<std::string>(read_tag(R"("<>")")->content), "");
  EXPECT_EQ(std::get<std::string>(read_tag(R"("<a \"b\" \<c\>, !>")")->content), "a \"b\" <c>, !");
}

TEST(FeatureTagTest, ReadsBackEveryForm) {
  test::expect_good(read_whole,
                    {"audio", R"(+x="INVITE,BYE")", R"(+x="!a,#>=1.5,#<=-2,#=3,#4:5,TRUE,FALSE")",
                     R"(description="<PC \"1\" \< \\>")", "+x=token", R"(+x="<>")"});
}

TEST(FeatureTagTest, SaysWhereAFaultIs) {
  test::expect_bad(read_tag, {{R"("")", 1, "expected a value of the feature tag"},
                              {R"("a,")", 3, "expected a value of the feature tag"},
                              {R"("!")", 2, "expected a value of the feature tag"},
                              {R"("a b")", 3, "expected \",\" between values"},
                              {R"("a!b")", 2, "unexpected \"!\" in a value"},
                              {R"("<a")", 1, "expected a value of the feature tag"},
                              {R"("#")", 2, "expected a number"},
                              {R"("#>1")", 3, "expected \"=\""},
                              {R"("#=x")", 3, "expected a number"},
                              {R"("#1")", 3, "expected \":\" between two numbers"},
                              {R"("#1:")", 4, "expected a number"},
                              {R"("#=1e5")", 4, "expected \",\" between values"}});
}

TEST(FeatureTagTest, NumbersEndAtNineteenDigits) {
  EXPECT_EQ(values_of(R"("#=9999999999999999999")")[0],
            (FeatureValue{false, FeatureRange{Decimal{false, 9999999999999999999U, 0},
                                              Decimal{false, 9999999999999999999U, 0}}}));
  EXPECT_EQ(to_string(read_tag(R"("#=0.9999999999999999999")").value()),
            R"(+x="#=0.9999999999999999999")");
  EXPECT_EQ(read_tag(R"("#=99999999999999999999")").error(), (Fault{"number too long", 3}));
  EXPECT_EQ(read_tag("\"#=" + std::string(190, '1') + '"').error(), (Fault{"number too long", 3}));
  EXPECT_TRUE(read_tag("\"#=" + std::string(190, '0') + '"'));
}

TEST(FeatureTagTest, ValuesEndAtTheLimit) {
  const auto list = [](std::size_t count) {
    std::string text = "\"a";
    while (--count > 0) text += ",a";
    return text + '"';
  };
  EXPECT_EQ(values_of(list(limits::kFeatureValues)).size(), limits::kFeatureValues);
  const Fault too_many{"too many values", 1 + 2 * limits::kFeatureValues};
  EXPECT_EQ(read_tag(list(limits::kFeatureValues + 1)).error(), too_many);
  EXPECT_EQ(read_tag(list(limits::kFeatureValues * 10)).error(), too_many);
}

TEST(FeatureTagTest, AMalformedOneIsNotTaken) {
  FeatureTags tags;
  EXPECT_TRUE(put_feature_tag(tags, "audio", std::nullopt));
  EXPECT_FALSE(put_feature_tag(tags, "video", R"("a b")"));
  EXPECT_FALSE(put_feature_tag(tags, "expires", "5"));
  EXPECT_EQ(tags.size(), 1U);
  EXPECT_EQ(find_feature_tag(tags, "AUDIO"), &tags[0]);
  EXPECT_EQ(find_feature_tag(tags, "video"), nullptr);
}

Decimal make_decimal(test::ValueMaker& make) {
  const auto digits = 1 + 10 * make.below(1000);  // no zero at the end
  return {make.coin(), digits, static_cast<std::uint8_t>(make.below(8))};
}

FeatureRange make_range(test::ValueMaker& make) {
  FeatureRange range{make_decimal(make), make_decimal(make)};
  const auto ends = make.below(3);
  if (ends == 0) range.min.reset();
  if (ends == 1) range.max.reset();
  return range;
}

FeatureTag make_tag(test::ValueMaker& make) {
  FeatureTag tag{"+" + make.word(), {}};
  if (make.coin()) {
    tag.content = make.text();
    return tag;
  }
  Values values;
  for (auto count = make.below(4); count > 0; --count) {
    FeatureValue value{make.coin(), make.coin()};
    const auto kind = make.below(3);
    if (kind == 0) value.value = "x" + make.word();
    if (kind == 1) value.value = make_range(make);
    values.push_back(value);
  }
  tag.content = values;
  return tag;
}

TEST(FeatureTagTest, ReadsBackWhatItWrites) {
  test::ValueMaker make(3);
  for (int i = 0; i < 1000; ++i) test::expect_reads_back(read_whole, make_tag(make));
}

TEST(FeatureTagTest, WritesOnlyWhatReads) {
  const FeatureTag odd{"+x y", Values{{false, "!a b"}, {true, FeatureRange{}}, {false, ""}}};
  EXPECT_EQ(to_string(odd), R"(+x-y="-a-b,!TRUE,-")");
}

}  // namespace
}  // namespace godwit::sip
