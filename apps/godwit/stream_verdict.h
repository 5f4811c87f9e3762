// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sip/transport/stream_framer.h"
#include "sip/verdict/verdict.h"

namespace godwit::cli {

/// The verdict on a message that a stream cannot be cut behind: invalid, and answered if its header
/// says where the answer goes.
[[nodiscard]] sip::Verdict verdict_on(const sip::StreamFault& fault);

}  // namespace godwit::cli
