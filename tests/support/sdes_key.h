// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "sdp/crypto_attribute.h"
#include "srtp/master_key.h"

namespace godwit::test {

/// A key as a description tells it (RFC 4568); another `seed`, another key.
inline sdp::CryptoAttribute sdes_key(srtp::Suite suite, std::uint8_t seed) {
  const auto sizes = srtp::sizes_of(suite);
  sdp::CryptoKey key;
  key.key_and_salt.assign(sizes.key + sizes.salt, seed);
  return {.tag = 1,
          .suite = std::string(srtp::name_of(suite)),
          .keys = {key},
          .session_parameters = {}};
}

}  // namespace godwit::test
