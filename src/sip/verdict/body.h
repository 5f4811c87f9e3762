// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sip/message/message.h"
#include "sip/verdict/abilities.h"
#include "sip/verdict/examine.h"

namespace godwit::sip {

/// Looks into a body of SDP or of several parts: whether it reads. What is wrong with a part that
/// may be ignored is a remark. Places count from the beginning of the body.
[[nodiscard]] Findings examine_body(const Message& message);

/// Why a body cannot be taken.
enum class BodyTrouble : std::uint8_t { none, encoding, type, encrypted };

/// Whether the request's method takes such a body (RFC 3261 §8.2.3, RFC 5621 §8): every part but
/// those that may be ignored, one part of multipart/alternative, the first of multipart/related and
/// multipart/signed.
[[nodiscard]] BodyTrouble judge_body(const Message& message, const Abilities& abilities);

}  // namespace godwit::sip
