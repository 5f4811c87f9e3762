// SPDX-License-Identifier: Apache-2.0
#include "crypto/dtls_record.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

#include "base/limits.h"

namespace godwit::crypto {
namespace {

using RecordBytes = std::vector<std::byte>;

RecordBytes record_bytes(std::initializer_list<int> values) {
  RecordBytes bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}
RecordBytes operator+(RecordBytes left, const RecordBytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

RecordBytes record(int type, int epoch, const RecordBytes& body) {
  const int size = static_cast<int>(body.size());
  return record_bytes({type, 0xfe, 0xfd, 0, epoch, 0, 0, 0, 0, 0, 7, size >> 8, size & 0xff}) +
         body;
}
/// A piece of a handshake message.
RecordBytes message(int type, int length, int begin, int size, int there) {
  return record_bytes({type, 0, length >> 8, length & 0xff, 0, 0, 0, begin >> 8, begin & 0xff, 0,
                       size >> 8, size & 0xff}) +
         RecordBytes(static_cast<std::size_t>(there));
}
RecordBytes message(int type) {
  return message(type, 2, 0, 2, 2);
}

bool client_takes(const RecordBytes& datagram) {
  return look_at_handshake(datagram, DtlsRole::client).acceptable;
}
bool server_takes(const RecordBytes& datagram) {
  return look_at_handshake(datagram, DtlsRole::server).acceptable;
}

// RFC 7983 §7
TEST(DtlsRecordTest, TheFirstByteTellsDtlsFromStunAndRtp) {
  for (int first = 0; first < 256; ++first) {
    EXPECT_EQ(is_dtls(record_bytes({first})), first >= 20 && first <= 63) << first;
  }
  EXPECT_FALSE(is_dtls({}));
}

TEST(DtlsRecordTest, EachSideTakesOnlyMessagesOfTheOther) {
  for (const int type : {2, 3, 4, 12, 13, 14, 22}) {
    EXPECT_TRUE(client_takes(record(22, 0, message(type)))) << type;
    EXPECT_FALSE(server_takes(record(22, 0, message(type)))) << type;
  }
  for (const int type : {1, 15, 16}) {
    EXPECT_FALSE(client_takes(record(22, 0, message(type)))) << type;
    EXPECT_TRUE(server_takes(record(22, 0, message(type)))) << type;
  }
  EXPECT_TRUE(client_takes(record(22, 0, message(11))));  // Certificate
  EXPECT_TRUE(server_takes(record(22, 0, message(11))));
  for (const int type : {0, 5, 8, 20, 24, 255}) {  // Finished is never in clear
    EXPECT_FALSE(client_takes(record(22, 0, message(type)))) << type;
    EXPECT_FALSE(server_takes(record(22, 0, message(type)))) << type;
  }
}

TEST(DtlsRecordTest, OneRecordOfADatagramSpoilsItAll) {
  const RecordBytes good = record(22, 0, message(2));
  EXPECT_TRUE(client_takes(good + record(22, 0, message(11) + message(14)) +
                           record(22, 1, RecordBytes(24))));
  EXPECT_FALSE(client_takes(good + record(22, 0, message(1))));
  EXPECT_FALSE(client_takes(good + record(23, 0, record_bytes({1}))));
  EXPECT_FALSE(client_takes(good + record_bytes({0})));
}

TEST(DtlsRecordTest, AnAlertInClearIsToldAndNothingElse) {
  const auto seen = look_at_handshake(record(21, 0, record_bytes({2, 40})), DtlsRole::client);
  EXPECT_FALSE(seen.acceptable);
  EXPECT_EQ(seen.alert, 40);
  EXPECT_EQ(look_at_handshake(record(21, 0, record_bytes({2})), DtlsRole::client).alert,
            std::nullopt);
  const auto hidden = look_at_handshake(record(21, 1, RecordBytes(26)), DtlsRole::client);
  EXPECT_TRUE(hidden.acceptable);
  EXPECT_EQ(hidden.alert, std::nullopt);
}

TEST(DtlsRecordTest, InClearThereIsTheHandshakeAndTheChangeOfCipher) {
  EXPECT_TRUE(client_takes(record(20, 0, record_bytes({1}))));
  EXPECT_FALSE(client_takes(record(20, 0, record_bytes({2}))));
  EXPECT_FALSE(client_takes(record(20, 0, record_bytes({1, 1}))));
  EXPECT_FALSE(client_takes(record(20, 0, {})));
  EXPECT_FALSE(client_takes(record(23, 0, record_bytes({1}))));
  for (const int type : {20, 21, 22, 23}) {
    EXPECT_TRUE(client_takes(record(type, 1, RecordBytes(24)))) << type;
    EXPECT_FALSE(client_takes(record(type, 2, RecordBytes(24)))) << type;
    EXPECT_FALSE(are_dtls_records(record(type, 2, RecordBytes(24)))) << type;
  }
  for (const int type : {19, 24, 25, 48, 63}) {
    EXPECT_FALSE(client_takes(record(type, 1, RecordBytes(24)))) << type;
  }
}

TEST(DtlsRecordTest, WhatIsTooShortToBeEncryptedIsRefused) {
  for (std::size_t size = 0; size < 24; ++size) {
    EXPECT_FALSE(client_takes(record(23, 1, RecordBytes(size)))) << size;
    EXPECT_FALSE(are_dtls_records(record(23, 1, RecordBytes(size)))) << size;
  }
}

TEST(DtlsRecordTest, LengthsHaveToAgree) {
  const RecordBytes whole = record(22, 0, message(2));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const RecordBytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(client_takes(cut)) << size;
    EXPECT_FALSE(are_dtls_records(cut)) << size;
  }
  EXPECT_FALSE(client_takes(record(22, 0, message(2, 4, 2, 3, 3))));  // ends behind its message
  EXPECT_TRUE(client_takes(record(22, 0, message(2, 5, 2, 3, 3))));
  EXPECT_FALSE(client_takes(record(22, 0, message(2, 5, 2, 3, 2))));
  EXPECT_FALSE(client_takes(record(22, 0, {})));
  RecordBytes other_version = whole;
  other_version[1] = std::byte{3};
  EXPECT_FALSE(client_takes(other_version));
}

TEST(DtlsRecordTest, DatagramsAndMessagesStopAtTheLimit) {
  constexpr int kLimit = limits::kDtlsMessageBytes;
  EXPECT_TRUE(client_takes(record(22, 0, message(11, kLimit, 0, 2, 2))));
  EXPECT_FALSE(client_takes(record(22, 0, message(11, kLimit + 1, 0, 2, 2))));
  EXPECT_FALSE(client_takes(record(22, 0, message(11, 10 * kLimit, 0, 2, 2))));
  const auto datagram_of = [](std::size_t size) {
    return record(23, 1, RecordBytes(size / 2 - 13)) +
           record(23, 1, RecordBytes(size - size / 2 - 13));
  };
  EXPECT_TRUE(client_takes(datagram_of(limits::kDtlsDatagramBytes)));
  EXPECT_TRUE(are_dtls_records(datagram_of(limits::kDtlsDatagramBytes)));
  EXPECT_FALSE(client_takes(datagram_of(limits::kDtlsDatagramBytes + 1)));
  EXPECT_FALSE(are_dtls_records(datagram_of(limits::kDtlsDatagramBytes + 1)));
  EXPECT_FALSE(are_dtls_records(RecordBytes(10 * limits::kDtlsDatagramBytes)));
}

TEST(DtlsRecordTest, LaterOnlyTheFormCounts) {
  EXPECT_TRUE(are_dtls_records(record(22, 0, message(1)) + record(22, 1, RecordBytes(24))));
  EXPECT_FALSE(are_dtls_records(record(24, 1, RecordBytes(24))));
  EXPECT_FALSE(are_dtls_records({}));
}

TEST(DtlsRecordTest, TheRandomOfAClientHelloIsFound) {
  RecordBytes hello = record(22, 0, message(1, 34, 0, 34, 34));
  for (std::size_t i = 0; i < 32; ++i) hello[27 + i] = static_cast<std::byte>(i);
  const auto random = client_random_of(hello);
  ASSERT_EQ(random.size(), 32U);
  EXPECT_EQ(random.front(), std::byte{0});
  EXPECT_EQ(random.back(), std::byte{31});
  EXPECT_TRUE(client_random_of(record(22, 0, message(1, 33, 0, 33, 33))).empty());
  EXPECT_TRUE(client_random_of(record(22, 0, message(2, 34, 0, 34, 34))).empty());
  EXPECT_TRUE(client_random_of({}).empty());
  RecordBytes encrypted = hello;  // its first byte is that of a random nonce
  encrypted[4] = std::byte{1};
  EXPECT_TRUE(client_random_of(encrypted).empty());
}

}  // namespace
}  // namespace godwit::crypto
