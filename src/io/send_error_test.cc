// SPDX-License-Identifier: Apache-2.0
#include "io/send_error.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "support/address_of.h"

namespace godwit::io {
namespace {

using test::ip;

SendVerdict judge(int error, std::string_view from = "127.0.0.1") {
  return judge_send_error({error, std::system_category()}, ip(from));
}

TEST(JudgeSendError, FullBuffersAndOurOwnFirewallAreLikeLossOnTheWay) {
  for (const int error : {EAGAIN, ENOBUFS, ENOMEM, EPERM}) {
    EXPECT_EQ(judge(error), SendVerdict::lost) << error;
  }
}

TEST(JudgeSendError, RouteAndRemoteErrorsAreAboutTheDestination) {
  for (const int error : {ENETUNREACH, EHOSTUNREACH, ECONNREFUSED, EACCES, EMSGSIZE, ENETDOWN}) {
    EXPECT_EQ(judge(error), SendVerdict::unreachable) << error;
  }
}

TEST(JudgeSendError, AVanishedAddressKillsTheSocket) {
  EXPECT_EQ(judge(EINVAL, "198.51.100.7"), SendVerdict::dead_socket);
  EXPECT_EQ(judge(ENETUNREACH, "198.51.100.7"), SendVerdict::dead_socket);
  EXPECT_EQ(judge(EADDRNOTAVAIL), SendVerdict::dead_socket);
  EXPECT_EQ(judge(EBADF), SendVerdict::dead_socket);
}

TEST(JudgeSendError, AnImpossibleDestinationDoesNotKillAGoodSocket) {
  EXPECT_EQ(judge(EINVAL), SendVerdict::unreachable);
}

}  // namespace
}  // namespace godwit::io
