// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "godwit/error.h"
#include "net/socket_address.h"

namespace godwit::stun {

inline constexpr std::uint32_t kMagicCookie = 0x2112a442;  // RFC 8489 §5
inline constexpr std::size_t kHeaderBytes = 20;
inline constexpr std::uint16_t kBinding = 0x001;  // the one method there is here

/// What an answer repeats of its request: 96 bits that nobody can guess (RFC 8489 §5).
using TransactionId = std::array<std::uint8_t, 12>;
[[nodiscard]] TransactionId make_transaction_id(Random& random);

enum class Class : std::uint8_t { request = 0, indication = 1, success = 2, failure = 3 };

/// ERROR-CODE (RFC 8489 §14.8).
struct ErrorCode {
  int code = 0;  ///< 300 to 699
  std::string reason;

  bool operator==(const ErrorCode&) const = default;
};

/// A STUN message, as far as a binding needs one (RFC 8489 §5, §14). Attributes of authentication
/// are passed over: neither read nor written.
struct Message {
  Class kind = Class::request;
  std::uint16_t method = kBinding;
  TransactionId id{};
  std::optional<net::SocketAddress> mapped;  ///< XOR-MAPPED-ADDRESS; without one, MAPPED-ADDRESS
  std::optional<ErrorCode> error;
  std::vector<std::uint16_t> refused_attributes;  ///< UNKNOWN-ATTRIBUTES of a 420
  std::string software;
  bool fingerprint = false;  ///< read: it was there, and right; to be written

  /// Comprehension-required attributes that are not understood here, in the order of the message:
  /// a request with one is answered 420, a response with one is no answer (RFC 8489 §6.3). Never
  /// written.
  std::vector<std::uint16_t> not_understood;

  bool operator==(const Message&) const = default;
};

/// Are these bytes meant as STUN, on a port where SIP comes too (RFC 8489 §6.3, RFC 5626 §8)? No
/// SIP message begins so, and no line break.
[[nodiscard]] bool looks_like_stun(std::string_view bytes);

/// Reads one datagram. Errors: `Errc::malformed_message`, with what is wrong in `detail`.
[[nodiscard]] Result<Message> parse_message(std::string_view bytes);
/// As it goes on the wire.
[[nodiscard]] std::string write_message(const Message& message);

/// What a request is answered: where it came from, or 420 with what was not understood. Empty when
/// it is no request of a binding.
[[nodiscard]] std::optional<Message> answer_binding(const Message& request,
                                                    const net::SocketAddress& source);

}  // namespace godwit::stun
