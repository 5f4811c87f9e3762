// SPDX-License-Identifier: Apache-2.0
#include "crypto/wipe.h"

#include <openssl/crypto.h>

namespace godwit::crypto {

void wipe(std::span<std::uint8_t> secret) {
  OPENSSL_cleanse(secret.data(), secret.size());
}

void wipe(std::string& secret) {
  OPENSSL_cleanse(secret.data(), secret.size());
}

}  // namespace godwit::crypto
