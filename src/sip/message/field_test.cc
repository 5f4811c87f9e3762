// SPDX-License-Identifier: Apache-2.0
#include "sip/message/field.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "sip/message/field_lookup.h"

namespace godwit::sip {
namespace {

constexpr int kFields = static_cast<int>(Field::extension);

TEST(FieldTest, EveryNameIsRecognisedInAnyCase) {
  for (int value = 0; value < kFields; ++value) {
    const auto field = static_cast<Field>(value);
    std::string name(field_name(field));
    ASSERT_FALSE(name.empty());
    EXPECT_EQ(field_from_name(name), field) << name;
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
      return static_cast<char>(std::isupper(c) != 0 ? std::tolower(c) : std::toupper(c));
    });
    EXPECT_EQ(field_from_name(name), field) << name;
  }
}

TEST(FieldTest, ANameThatIsNearlyKnownIsAnExtension) {
  for (int value = 0; value < kFields; ++value) {
    const std::string name(field_name(static_cast<Field>(value)));
    EXPECT_EQ(field_from_name(name + "s"), Field::extension) << name;
    EXPECT_EQ(field_from_name("X" + name), Field::extension) << name;
    EXPECT_EQ(field_from_name(name.substr(1) + "#"), Field::extension) << name;
  }
  EXPECT_EQ(field_from_name(""), Field::extension);
  EXPECT_EQ(field_from_name(std::string(300, 'a')), Field::extension);
  EXPECT_EQ(field_name(Field::extension), "");
}

TEST(FieldTest, ANameWithOneByteChangedIsAnExtension) {
  for (int value = 0; value < kFields; ++value) {
    const std::string name(field_name(static_cast<Field>(value)));
    for (std::size_t at = 0; at < name.size(); ++at) {
      for (const int bit : {0x01, 0x10, 0x20, 0x40, 0x80}) {
        auto changed = name;
        changed[at] = static_cast<char>(changed[at] ^ bit);
        const bool only_case = bit == 0x20 && name[at] != '-';
        EXPECT_EQ(field_from_name(changed) == static_cast<Field>(value), only_case) << changed;
        const auto line = changed + ": the rest of a line";
        const auto in_line = std::string_view(line).substr(0, name.size());
        EXPECT_EQ(field_at(in_line, line), field_from_name(changed)) << changed;
      }
    }
  }
}

TEST(FieldTest, CompactFormsStandForTheirFields) {
  const std::pair<char, Field> forms[] = {{'a', Field::accept_contact},
                                          {'b', Field::referred_by},
                                          {'c', Field::content_type},
                                          {'d', Field::request_disposition},
                                          {'e', Field::content_encoding},
                                          {'f', Field::from},
                                          {'i', Field::call_id},
                                          {'j', Field::reject_contact},
                                          {'k', Field::supported},
                                          {'l', Field::content_length},
                                          {'m', Field::contact},
                                          {'o', Field::event},
                                          {'r', Field::refer_to},
                                          {'s', Field::subject},
                                          {'t', Field::to},
                                          {'u', Field::allow_events},
                                          {'v', Field::via},
                                          {'x', Field::session_expires},
                                          {'y', Field::identity}};
  for (const auto& [letter, field] : forms) {
    EXPECT_EQ(field_from_name(std::string(1, letter)), field) << letter;
    EXPECT_EQ(field_from_name(std::string(1, static_cast<char>(letter - 32))), field) << letter;
  }
  EXPECT_EQ(field_from_name("z"), Field::extension);
  EXPECT_EQ(field_from_name(":"), Field::extension);
}

TEST(FieldTest, OnlyListsWhoseElementsStandForThemselvesAreSplit) {
  for (const auto field : {Field::via, Field::route, Field::record_route, Field::contact,
                           Field::path, Field::service_route, Field::history_info}) {
    EXPECT_TRUE(is_list_field(field)) << field_name(field);
  }
  for (const auto field : {Field::allow, Field::date, Field::www_authenticate, Field::extension}) {
    EXPECT_FALSE(is_list_field(field)) << field_name(field);
  }
}

TEST(MethodTest, NamesAreCaseSensitive) {
  for (int value = 0; value < static_cast<int>(Method::other); ++value) {
    const auto method = static_cast<Method>(value);
    ASSERT_FALSE(method_name(method).empty());
    EXPECT_EQ(method_from_name(method_name(method)), method);
  }
  EXPECT_EQ(method_name(Method::register_), "REGISTER");
  EXPECT_EQ(method_name(Method::publish), "PUBLISH");
  EXPECT_EQ(method_from_name("invite"), Method::other);
  EXPECT_EQ(method_from_name(""), Method::other);
  EXPECT_EQ(method_name(Method::other), "");
}

}  // namespace
}  // namespace godwit::sip
