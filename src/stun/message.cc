// SPDX-License-Identifier: Apache-2.0
#include "stun/message.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/byte_reader.h"
#include "base/limits.h"
#include "stun/crc32.h"

namespace godwit::stun {
namespace {

// RFC 8489 §18.3
enum Attribute : std::uint16_t {
  kMappedAddress = 0x0001,
  kUsername = 0x0006,
  kMessageIntegrity = 0x0008,
  kErrorCode = 0x0009,
  kUnknownAttributes = 0x000a,
  kRealm = 0x0014,
  kNonce = 0x0015,
  kMessageIntegritySha256 = 0x001c,
  kPasswordAlgorithm = 0x001d,
  kUserhash = 0x001e,
  kXorMappedAddress = 0x0020,
  kComprehensionOptional = 0x8000,  // and all above it
  kSoftware = 0x8022,
  kFingerprint = 0x8028,
};

constexpr std::uint32_t kFingerprintMask = 0x5354554e;  // "STUN" (§14.7)
constexpr std::size_t kFingerprintBytes = 8;            // with its head
constexpr std::uint16_t kMaxMethod = 0xfff;

std::span<const std::byte> as_bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

std::string as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::size_t padded(std::size_t size) {
  return (size + 3) / 4 * 4;
}

auto refuse(std::string detail) {
  return fail(Errc::malformed_message, "STUN: " + std::move(detail));
}

// The class stands in bits 4 and 8, among those of the method (§5).
std::uint16_t message_type(Class kind, std::uint16_t method) {
  const unsigned k = static_cast<unsigned>(kind);
  const unsigned m = method & kMaxMethod;
  return static_cast<std::uint16_t>((m & 0xf80U) << 2U | (m & 0x070U) << 1U | (m & 0x00fU) |
                                    (k & 2U) << 7U | (k & 1U) << 4U);
}
Class class_of(unsigned type) {
  return static_cast<Class>((type >> 7U & 2U) | (type >> 4U & 1U));
}
std::uint16_t method_of(unsigned type) {
  return static_cast<std::uint16_t>((type >> 2U & 0xf80U) | (type >> 1U & 0x070U) |
                                    (type & 0x00fU));
}

/// What an address and a port are xored with (§14.2): the cookie, then the transaction's id. Zeros
/// leave them as they are.
using Mask = std::array<std::uint8_t, 16>;

Mask mask_of(const TransactionId& id) {
  Mask mask{0x21, 0x12, 0xa4, 0x42};
  std::copy(id.begin(), id.end(), mask.begin() + 4);
  return mask;
}

template <std::size_t kSize>
std::array<std::uint8_t, kSize> masked(std::span<const std::uint8_t> bytes, const Mask& mask) {
  std::array<std::uint8_t, kSize> result{};
  for (std::size_t i = 0; i < kSize; ++i) {
    result[i] = static_cast<std::uint8_t>(bytes[i] ^ mask[i]);
  }
  return result;
}

std::uint16_t masked_port(std::uint16_t port, const Mask& mask) {
  return static_cast<std::uint16_t>(port ^ (mask[0] << 8U | mask[1]));
}

std::optional<net::SocketAddress> read_address(std::span<const std::byte> value, const Mask& mask) {
  ByteReader reader(value);
  reader.skip(1);
  const std::uint8_t family = reader.u8();
  const std::uint16_t port = masked_port(reader.u16(), mask);
  const auto rest = reader.rest();
  const std::span bytes(reinterpret_cast<const std::uint8_t*>(rest.data()), rest.size());
  if (!reader.ok()) return std::nullopt;
  if (family == 1 && bytes.size() == 4) {
    return net::SocketAddress{net::IpAddress::v4(masked<4>(bytes, mask)), port};
  }
  if (family == 2 && bytes.size() == 16) {
    return net::SocketAddress{net::IpAddress::v6(masked<16>(bytes, mask)), port};
  }
  return std::nullopt;
}

std::optional<ErrorCode> read_error(std::span<const std::byte> value) {
  ByteReader reader(value);
  const auto head = reader.u32();
  const int hundreds = static_cast<int>(head >> 8U & 7U);
  const int rest = static_cast<int>(head & 0xffU);
  if (!reader.ok() || hundreds < 3 || hundreds > 6 || rest > 99) return std::nullopt;
  if (reader.left() > limits::kStunTextBytes) return std::nullopt;
  return ErrorCode{100 * hundreds + rest, as_text(reader.rest())};
}

/// The attributes of one message, in their order.
class AttributeReader {
 public:
  AttributeReader(Message& message, std::string_view whole) : message_(message), whole_(whole) {}

  /// What is wrong; empty when nothing is.
  std::string read() {
    ByteReader reader(as_bytes(whole_.substr(kHeaderBytes)));
    for (std::size_t count = 1; reader.left() > 0; ++count) {
      if (count > limits::kStunAttributes) return "too many attributes";
      at_ = whole_.size() - reader.left();
      const std::uint16_t type = reader.u16();
      const std::uint16_t size = reader.u16();
      const auto value = reader.take(padded(size));
      if (!reader.ok()) return "an attribute goes beyond the end at byte " + std::to_string(at_);
      if (message_.fingerprint) return "an attribute behind FINGERPRINT";
      if (!take(type, value.first(size))) {
        return "attribute " + std::to_string(type) + " malformed at byte " + std::to_string(at_);
      }
    }
    if (!message_.mapped) message_.mapped = plain_;
    return {};
  }

 private:
  bool take(std::uint16_t type, std::span<const std::byte> value) {
    if (type == kFingerprint) return take_fingerprint(value);
    if (signed_) return true;  // §14.5: nobody vouches for what follows
    switch (type) {
      case kMessageIntegrity:
      case kMessageIntegritySha256:
        signed_ = true;
        return true;
      case kMappedAddress:
        return take_first(plain_, read_address(value, Mask{}));
      case kXorMappedAddress:
        return take_first(message_.mapped, read_address(value, mask_of(message_.id)));
      case kErrorCode:
        return take_first(message_.error, read_error(value));
      case kUnknownAttributes:
        return take_refused(value);
      case kSoftware:
        if (value.size() > limits::kStunTextBytes) return false;
        if (message_.software.empty()) message_.software = as_text(value);
        return true;
      case kUsername:
      case kRealm:
      case kNonce:
      case kPasswordAlgorithm:
      case kUserhash:
        return true;
      default:
        if (type < kComprehensionOptional) message_.not_understood.push_back(type);
        return true;
    }
  }

  /// Of several of a kind the first one counts (§14).
  template <class T>
  static bool take_first(std::optional<T>& place, std::optional<T> read) {
    if (!read) return false;
    if (!place) place = std::move(read);
    return true;
  }

  bool take_fingerprint(std::span<const std::byte> value) {
    ByteReader reader(value);
    const std::uint32_t said = reader.u32();
    message_.fingerprint = reader.ok() && reader.left() == 0 &&
                           said == (crc32(whole_.substr(0, at_)) ^ kFingerprintMask);
    return message_.fingerprint;
  }

  bool take_refused(std::span<const std::byte> value) {
    ByteReader reader(value);
    if (value.size() > 2 * limits::kStunAttributes || value.size() % 2 != 0) return false;
    if (!message_.refused_attributes.empty()) return true;
    while (reader.left() > 0) message_.refused_attributes.push_back(reader.u16());
    return true;
  }

  Message& message_;
  std::string_view whole_;
  std::size_t at_ = 0;                       // where the attribute begins
  bool signed_ = false;                      // MESSAGE-INTEGRITY has come
  std::optional<net::SocketAddress> plain_;  // MAPPED-ADDRESS
};

void append_u16(std::string& bytes, std::size_t value) {
  bytes += static_cast<char>(value >> 8U & 0xffU);
  bytes += static_cast<char>(value & 0xffU);
}
void append_u32(std::string& bytes, std::uint32_t value) {
  append_u16(bytes, value >> 16U);
  append_u16(bytes, value & 0xffffU);
}

void append_attribute(std::string& bytes, Attribute type, std::string_view value) {
  append_u16(bytes, type);
  append_u16(bytes, value.size());
  bytes += value;
  bytes.append(padded(value.size()) - value.size(), '\0');
}

std::string address_value(const net::SocketAddress& address, const Mask& mask) {
  std::string value(1, '\0');
  value += address.address.is_v4() ? '\1' : '\2';
  append_u16(value, masked_port(address.port, mask));
  const auto bytes = address.address.bytes();
  for (std::size_t i = 0; i < bytes.size(); ++i) value += static_cast<char>(bytes[i] ^ mask[i]);
  return value;
}

std::string error_value(const ErrorCode& error) {
  std::string value(2, '\0');
  value += static_cast<char>(error.code / 100);
  value += static_cast<char>(error.code % 100);
  return value + error.reason.substr(0, limits::kStunTextBytes);
}

void set_length(std::string& bytes, std::size_t whole) {
  const std::size_t length = whole - kHeaderBytes;
  bytes[2] = static_cast<char>(length >> 8U & 0xffU);
  bytes[3] = static_cast<char>(length & 0xffU);
}

}  // namespace

TransactionId make_transaction_id(Random& random) {
  TransactionId id{};
  random.fill(std::as_writable_bytes(std::span(id)));
  return id;
}

bool looks_like_stun(std::string_view bytes) {
  if (bytes.size() < kHeaderBytes) return false;
  ByteReader reader(as_bytes(bytes));
  const std::uint16_t type = reader.u16();
  const std::size_t length = reader.u16();
  return type < 0x4000 && reader.u32() == kMagicCookie && length % 4 == 0 &&
         length + kHeaderBytes == bytes.size();
}

Result<Message> parse_message(std::string_view bytes) {
  if (!looks_like_stun(bytes)) return refuse("no header of this length");
  ByteReader reader(as_bytes(bytes));
  const std::uint16_t type = reader.u16();
  reader.skip(6);  // length and cookie
  Message message;
  message.kind = class_of(type);
  message.method = method_of(type);
  for (std::uint8_t& byte : message.id) byte = reader.u8();
  if (auto fault = AttributeReader(message, bytes).read(); !fault.empty()) {
    return refuse(std::move(fault));
  }
  return message;
}

std::string write_message(const Message& message) {
  std::string bytes;
  append_u16(bytes, message_type(message.kind, message.method));
  append_u16(bytes, 0);
  append_u32(bytes, kMagicCookie);
  bytes.append(message.id.begin(), message.id.end());
  if (!message.software.empty()) {
    append_attribute(bytes, kSoftware,
                     std::string_view(message.software).substr(0, limits::kStunTextBytes));
  }
  if (message.mapped) {
    append_attribute(bytes, kXorMappedAddress, address_value(*message.mapped, mask_of(message.id)));
  }
  if (message.error) append_attribute(bytes, kErrorCode, error_value(*message.error));
  if (!message.refused_attributes.empty()) {
    std::string value;
    for (const std::uint16_t type : message.refused_attributes) append_u16(value, type);
    append_attribute(bytes, kUnknownAttributes, value);
  }
  if (!message.fingerprint) {
    set_length(bytes, bytes.size());
    return bytes;
  }
  set_length(bytes, bytes.size() + kFingerprintBytes);  // it counts in its own sum (§14.7)
  std::string value;
  append_u32(value, crc32(bytes) ^ kFingerprintMask);
  append_attribute(bytes, kFingerprint, value);
  return bytes;
}

std::optional<Message> answer_binding(const Message& request, const net::SocketAddress& source) {
  if (request.kind != Class::request || request.method != kBinding) return std::nullopt;
  Message answer;
  answer.kind = Class::success;
  answer.id = request.id;
  answer.fingerprint = request.fingerprint;
  if (request.not_understood.empty()) {
    answer.mapped = source;
  } else {
    answer.kind = Class::failure;
    answer.error = ErrorCode{420, "Unknown Attribute"};
    answer.refused_attributes = request.not_understood;
  }
  return answer;
}

}  // namespace godwit::stun
