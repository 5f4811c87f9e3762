// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/codec_book.h"
#include "godwit/error.h"
#include "godwit/options.h"

namespace godwit::ua {

/// Whether the options of a call are within their ranges. Errors: `invalid_argument` naming the option.
[[nodiscard]] Result<void> check_call_options(const CallOptions& options,
                                              const audio::CodecBook& codecs);

}  // namespace godwit::ua
