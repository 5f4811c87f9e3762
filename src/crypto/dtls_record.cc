// SPDX-License-Identifier: Apache-2.0
#include "crypto/dtls_record.h"

#include <algorithm>
#include <array>

#include "base/byte_reader.h"
#include "base/limits.h"

namespace godwit::crypto {
namespace {

// RFC 5246 §6.2.1
enum ContentType : std::uint8_t {
  kChangeCipherSpec = 20,
  kAlert = 21,
  kHandshake = 22,
  kApplicationData = 23,
};
// RFC 5246 §7.4, RFC 6347 §4.3.2, RFC 5077 §3.3, RFC 6066 §8. Finished is encrypted.
enum HandshakeType : std::uint8_t {
  kClientHello = 1,
  kServerHello = 2,
  kHelloVerifyRequest = 3,
  kNewSessionTicket = 4,
  kCertificate = 11,
  kServerKeyExchange = 12,
  kCertificateRequest = 13,
  kServerHelloDone = 14,
  kCertificateVerify = 15,
  kClientKeyExchange = 16,
  kCertificateStatus = 22,
};
constexpr std::array kFromServer{kServerHello,     kHelloVerifyRequest, kNewSessionTicket,
                                 kCertificate,     kServerKeyExchange,  kCertificateRequest,
                                 kServerHelloDone, kCertificateStatus};
constexpr std::array kFromClient{kClientHello, kCertificate, kCertificateVerify,
                                 kClientKeyExchange};

constexpr std::uint8_t kMajorVersion = 0xfe;  // of every DTLS
// Nonce and tag of AES-GCM (RFC 5288 §3). Over less OpenSSL 3.0 gives up even what is established.
constexpr std::size_t kLeastEncrypted = 24;

struct Record {
  std::uint8_t type = 0;
  std::uint16_t epoch = 0;
  std::span<const std::byte> body;
};

// struct { ContentType type; ProtocolVersion version; uint16 epoch; uint48 sequence_number;
//          uint16 length; opaque fragment[DTLSPlaintext.length]; } DTLSPlaintext;
std::optional<Record> read_record(ByteReader& reader) {
  Record record;
  record.type = reader.u8();
  const std::uint8_t major = reader.u8();
  reader.skip(1);
  record.epoch = reader.u16();
  reader.skip(6);
  record.body = reader.take(reader.u16());
  const bool known = record.type >= kChangeCipherSpec && record.type <= kApplicationData;
  if (!reader.ok() || !known || major != kMajorVersion || record.epoch > 1) return std::nullopt;
  if (record.epoch == 1 && record.body.size() < kLeastEncrypted) return std::nullopt;
  return record;
}

bool may_come(std::uint8_t type, DtlsRole listens_as) {
  const auto among = [type](const auto& types) {
    return std::find(types.begin(), types.end(), type) != types.end();
  };
  return listens_as == DtlsRole::client ? among(kFromServer) : among(kFromClient);
}

// struct { HandshakeType msg_type; uint24 length; uint16 message_seq; uint24 fragment_offset;
//          uint24 fragment_length; … } Handshake;
bool are_messages(std::span<const std::byte> body, DtlsRole listens_as) {
  ByteReader reader(body);
  do {
    const std::uint8_t type = reader.u8();
    const std::size_t length = reader.u24();
    reader.skip(2);
    const std::size_t begin = reader.u24();
    const std::size_t size = reader.u24();
    reader.skip(size);
    if (!reader.ok() || !may_come(type, listens_as)) return false;
    if (length > limits::kDtlsMessageBytes || begin + size > length) return false;
  } while (reader.left() > 0);
  return true;
}

bool is_acceptable(const Record& record, DtlsRole listens_as) {
  if (record.epoch == 1) return true;  // encrypted: OpenSSL tells what is authentic
  if (record.type == kHandshake) return are_messages(record.body, listens_as);
  return record.type == kChangeCipherSpec && record.body.size() == 1 &&
         record.body.front() == std::byte{1};
}

std::optional<std::uint8_t> clear_alert(const Record& record) {
  constexpr std::size_t kAlertBytes = 2;  // level, description
  if (record.epoch != 0 || record.type != kAlert || record.body.size() != kAlertBytes) {
    return std::nullopt;
  }
  return std::to_integer<std::uint8_t>(record.body[1]);
}

}  // namespace

bool is_dtls(std::span<const std::byte> datagram) {
  constexpr std::byte kFirst{20};
  constexpr std::byte kLast{63};
  return !datagram.empty() && datagram.front() >= kFirst && datagram.front() <= kLast;
}

DtlsSighting look_at_handshake(std::span<const std::byte> datagram, DtlsRole listens_as) {
  if (datagram.empty() || datagram.size() > limits::kDtlsDatagramBytes) return {};
  DtlsSighting seen{.acceptable = true, .alert = {}};
  ByteReader reader(datagram);
  while (reader.left() > 0) {
    const auto record = read_record(reader);
    if (!record) return {};
    if (const auto alert = clear_alert(*record)) seen.alert = alert;
    if (!is_acceptable(*record, listens_as)) seen.acceptable = false;
  }
  return seen;
}

bool are_dtls_records(std::span<const std::byte> datagram) {
  if (datagram.empty() || datagram.size() > limits::kDtlsDatagramBytes) return false;
  ByteReader reader(datagram);
  while (reader.left() > 0) {
    if (!read_record(reader)) return false;
  }
  return true;
}

std::span<const std::byte> client_random_of(std::span<const std::byte> datagram) {
  constexpr std::size_t kRecordHead = 13;   // RFC 6347 §4.1
  constexpr std::size_t kMessageHead = 12;  // RFC 6347 §4.2.2
  constexpr std::size_t kVersion = 2;
  constexpr std::size_t kRandom = 32;
  constexpr std::size_t kAt = kRecordHead + kMessageHead + kVersion;
  ByteReader reader(datagram);
  const auto record = read_record(reader);
  const bool begins = record && record->epoch == 0 && record->type == kHandshake &&
                      datagram.size() >= kAt + kRandom &&
                      datagram[kRecordHead] == std::byte{kClientHello};
  return begins ? datagram.subspan(kAt, kRandom) : std::span<const std::byte>{};
}

}  // namespace godwit::crypto
