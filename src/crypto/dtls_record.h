// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace godwit::crypto {

enum class DtlsRole : std::uint8_t { client, server };

/// Whether a datagram is a DTLS record, by its first byte (RFC 7983 §7).
[[nodiscard]] bool is_dtls(std::span<const std::byte> datagram);

/// May OpenSSL see this datagram? It gives up a handshake for good over much that anybody can send:
/// an alert in clear, a handshake message of the wrong direction or of broken lengths, sound in
/// clear. All of that is nothing here, as RFC 6347 §4.1.2.7 wants it with whatever is not
/// authentic.
struct DtlsSighting {
  bool acceptable = false;
  /// It says, in clear, that the far end gave up (RFC 5246 §7.2): for people, no more.
  std::optional<std::uint8_t> alert;
};
/// @param listens_as  who we are
[[nodiscard]] DtlsSighting look_at_handshake(std::span<const std::byte> datagram,
                                             DtlsRole listens_as);
/// The same once the handshake is over: only what has the form of records.
[[nodiscard]] bool are_dtls_records(std::span<const std::byte> datagram);

/// The 32 random bytes of a ClientHello that begins its datagram; empty when none does.
[[nodiscard]] std::span<const std::byte> client_random_of(std::span<const std::byte> datagram);

}  // namespace godwit::crypto
