// SPDX-License-Identifier: Apache-2.0
#include "error_name.h"

#include <gtest/gtest.h>

namespace godwit::cli {
namespace {

TEST(ErrorNameTest, NamesEveryError) {
  EXPECT_EQ(error_name(make_error_code(Errc::malformed_message)), "malformed_message");
  EXPECT_EQ(error_name(make_error_code(Errc::wrong_state)), "wrong_state");
  EXPECT_EQ(error_name(make_error_code(Errc::unsupported)), "unsupported");
  EXPECT_EQ(error_name(make_error_code(Errc::limit_reached)), "limit_reached");
  EXPECT_EQ(error_name(make_error_code(Errc::not_protected)), "not_protected");
}

TEST(ErrorNameTest, ErrorsOfTheSystemAreOthers) {
  EXPECT_EQ(error_name(std::make_error_code(std::errc::address_in_use)), "other");
  EXPECT_EQ(error_name({}), "other");
}

}  // namespace
}  // namespace godwit::cli
