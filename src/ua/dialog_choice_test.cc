// SPDX-License-Identifier: Apache-2.0
#include "ua/dialog_choice.h"

#include <gtest/gtest.h>

namespace godwit::ua {
namespace {

std::optional<DialogChoice> choice_in(std::string_view event) {
  return read_dialog_choice(*sip::parse_event(event));
}

DialogInfo dialog_named(const std::string& call_id, const std::string& local,
                        const std::string& remote) {
  DialogInfo info;
  info.call_id = call_id;
  info.local_tag = local;
  info.remote_tag = remote;
  return info;
}

TEST(DialogChoiceTest, WithoutParametersAllAreMeant) {
  for (const auto* event : {"dialog", "dialog;id=7", "dialog;include-session-description"}) {
    const auto choice = choice_in(event);
    ASSERT_TRUE(choice) << event;
    EXPECT_TRUE(choice->includes(dialog_named("a", "b", "c"))) << event;
  }
}

TEST(DialogChoiceTest, OneDialogIsNamedByAllThree) {
  const auto choice = choice_in("dialog;call-id=\"x:\\\"1@host\";To-Tag=ours;from-tag=theirs");
  ASSERT_TRUE(choice);
  EXPECT_TRUE(choice->includes(dialog_named("x:\"1@host", "ours", "theirs")));
  EXPECT_FALSE(choice->includes(dialog_named("x:\"1@host", "ours", "")));
  EXPECT_FALSE(choice->includes(dialog_named("x:\"1@host", "ours", "others")));
  EXPECT_FALSE(choice->includes(dialog_named("x:\"1@host", "theirs", "ours"))) << "to-tag is ours";
  EXPECT_FALSE(choice->includes(dialog_named("X:\"1@host", "ours", "theirs"))) << "byte by byte";
}

TEST(DialogChoiceTest, AllOfOneInviteAreNamedByCallIdAndOurTag) {
  const auto choice = choice_in("dialog;call-id=x;to-tag=ours");
  ASSERT_TRUE(choice);
  EXPECT_TRUE(choice->includes(dialog_named("x", "ours", "")));
  EXPECT_TRUE(choice->includes(dialog_named("x", "ours", "theirs")));
  EXPECT_FALSE(choice->includes(dialog_named("x", "other", "theirs")));
}

TEST(DialogChoiceTest, LessNamesNone) {
  for (const auto* event : {"dialog;call-id=x", "dialog;to-tag=a", "dialog;to-tag=a;from-tag=b",
                            "dialog;call-id=x;from-tag=b"}) {
    EXPECT_FALSE(choice_in(event)) << event;
  }
}

}  // namespace
}  // namespace godwit::ua
