// SPDX-License-Identifier: Apache-2.0
#include "crypto/datagram_bio.h"

#include <gtest/gtest.h>
#include <sys/time.h>

#include <array>

namespace godwit::crypto {
namespace {

class DatagramBioTest : public ::testing::Test {
 protected:
  int read(std::size_t room) {
    return BIO_read(bio_.get(), buffer_.data(), static_cast<int>(room));
  }

  Datagrams datagrams_;
  OpenSslPointer<BIO, BIO_free> bio_ = make_datagram_bio(datagrams_);
  std::array<std::byte, 16> buffer_{};
  std::array<std::byte, 3> three_{std::byte{1}, std::byte{2}, std::byte{3}};
};

TEST_F(DatagramBioTest, OneDatagramIsReadOnce) {
  datagrams_.incoming = three_;
  EXPECT_EQ(BIO_pending(bio_.get()), 3);
  EXPECT_EQ(read(16), 3);
  EXPECT_EQ(buffer_[2], std::byte{3});
  EXPECT_EQ(read(16), -1);
  EXPECT_TRUE(BIO_should_retry(bio_.get()));
  EXPECT_EQ(BIO_pending(bio_.get()), 0);
}

TEST_F(DatagramBioTest, WhatDoesNotFitIsLost) {
  datagrams_.incoming = three_;
  EXPECT_EQ(read(2), 2);
  EXPECT_EQ(read(2), -1);
}

TEST_F(DatagramBioTest, PeekingLeavesItThere) {
  datagrams_.incoming = three_;
  BIO_ctrl(bio_.get(), BIO_CTRL_DGRAM_SET_PEEK_MODE, 1, nullptr);
  EXPECT_EQ(read(16), 3);
  EXPECT_EQ(read(16), 3);
  BIO_ctrl(bio_.get(), BIO_CTRL_DGRAM_SET_PEEK_MODE, 0, nullptr);
  EXPECT_EQ(read(16), 3);
  EXPECT_EQ(read(16), -1);
}

TEST_F(DatagramBioTest, EachWriteIsADatagram) {
  EXPECT_EQ(BIO_write(bio_.get(), three_.data(), 3), 3);
  EXPECT_EQ(BIO_write(bio_.get(), three_.data(), 1), 1);
  EXPECT_EQ(BIO_flush(bio_.get()), 1);
  ASSERT_EQ(datagrams_.outgoing.size(), 2U);
  EXPECT_EQ(datagrams_.outgoing[0].size(), 3U);
  EXPECT_EQ(datagrams_.outgoing[1].size(), 1U);
}

TEST_F(DatagramBioTest, TellsWhenTheTimerStartsAndStops) {
  EXPECT_EQ(datagrams_.timer, Datagrams::Timer::unchanged);
  timeval at{1, 0};
  BIO_ctrl(bio_.get(), BIO_CTRL_DGRAM_SET_NEXT_TIMEOUT, 0, &at);
  EXPECT_EQ(datagrams_.timer, Datagrams::Timer::started);
  at = {};
  BIO_ctrl(bio_.get(), BIO_CTRL_DGRAM_SET_NEXT_TIMEOUT, 0, &at);
  EXPECT_EQ(datagrams_.timer, Datagrams::Timer::stopped);
}

}  // namespace
}  // namespace godwit::crypto
