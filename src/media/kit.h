// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "audio/codec_book.h"
#include "crypto/dtls_certificate.h"
#include "srtp/outgoing.h"

namespace godwit::media {

/// What the sessions of one agent have in common.
struct Kit {
  audio::CodecBook codecs;
  std::optional<crypto::DtlsCertificate> certificate;  ///< none: keys cannot be agreed on by DTLS
  srtp::KeyLimits key_limits;  ///< how many packets one key may encrypt
};

}  // namespace godwit::media
