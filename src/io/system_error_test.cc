// SPDX-License-Identifier: Apache-2.0
#include "io/system_error.h"

#include <gtest/gtest.h>

#include <asio/error.hpp>

namespace godwit::io {
namespace {

TEST(ToStd, SystemErrorsCompareEqualToTheStandardOnes) {
  EXPECT_EQ(to_std(asio::error::connection_refused), std::errc::connection_refused);
  EXPECT_EQ(to_std(asio::error::network_unreachable), std::errc::network_unreachable);
  EXPECT_EQ(&to_std(asio::error::connection_refused).category(), &std::system_category());
}

TEST(ToStd, CancellingAndNamesBecomeOurOwn) {
  EXPECT_EQ(to_std(asio::error::operation_aborted), Errc::cancelled);
  EXPECT_EQ(to_std(asio::error::host_not_found), Errc::name_not_found);
}

TEST(ToStd, NoCategoryOfAsioLeaves) {
  EXPECT_EQ(to_std(asio::error::eof), std::errc::connection_reset);
  EXPECT_EQ(to_std(asio::error::already_open), std::errc::io_error);
}

TEST(ToStd, NoErrorStaysNoError) {
  EXPECT_FALSE(to_std(std::error_code{}));
}

TEST(SystemFailure, SaysWhatFailedAndWhy) {
  const auto failure = system_failure({EACCES, std::system_category()}, "UDP socket");
  EXPECT_EQ(failure.value().code, std::errc::permission_denied);
  EXPECT_EQ(failure.value().detail, "UDP socket: Permission denied");
}

TEST(SystemFailure, ATakenPortHasItsOwnName) {
  EXPECT_EQ(system_failure({EADDRINUSE, std::system_category()}, "x").value().code,
            Errc::address_in_use);
}

}  // namespace
}  // namespace godwit::io
