// SPDX-License-Identifier: Apache-2.0
#include "sdp/setup.h"

#include <gtest/gtest.h>

#include "support/value_table.h"

namespace godwit::sdp {
namespace {

using Role = Setup;  // the name is one of GoogleTest inside a test

TEST(SetupTest, ReadsBackEveryRole) {
  for (const Role role : {Role::active, Role::passive, Role::actpass, Role::holdconn}) {
    EXPECT_EQ(parse_setup(to_string(role)), role);
  }
  EXPECT_EQ(parse_setup(" ActPass "), Role::actpass);
}

TEST(SetupTest, RefusesWhatIsNoRole) {
  const char* const no_role = "expected active, passive, actpass or holdconn";
  test::expect_bad(parse_setup, {{"", 0, no_role}, {"act", 0, no_role}, {"active x", 0, no_role}});
}

}  // namespace
}  // namespace godwit::sdp
