// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "audio/codec_book.h"
#include "crypto/dtls_association.h"

namespace godwit::media {

/// What the sessions of one agent have in common.
struct Kit {
  audio::CodecBook codecs;
  std::optional<crypto::DtlsCertificate> certificate;  ///< none: keys cannot be agreed on by DTLS
};

}  // namespace godwit::media
