// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/bio.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "crypto/dtls_context.h"

namespace godwit::crypto {

/// The network as an SSL object sees it: at most one datagram to read, a row of datagrams written.
/// OpenSSL's own memory BIO is a stream and does not keep datagrams apart.
struct Datagrams {
  enum class Timer : std::uint8_t { unchanged, started, stopped };

  std::span<const std::byte> incoming;  // good while OpenSSL is being called
  bool peek = false;                    // reading leaves it where it is
  std::vector<std::vector<std::byte>> outgoing;
  Timer timer = Timer::unchanged;  // what OpenSSL did with it last
};

/// Reads from and writes to `datagrams`, which has to outlive it. Null when OpenSSL refuses.
[[nodiscard]] OpenSslPointer<BIO, BIO_free> make_datagram_bio(Datagrams& datagrams);

}  // namespace godwit::crypto
