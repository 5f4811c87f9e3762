// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "godwit/error.h"
#include "godwit/log.h"

namespace godwit::cli {

/// A message with the values of its credentials and media keys replaced by "***".
[[nodiscard]] std::string without_secrets(std::string_view message);

/// A tap that writes every SIP message under one header line: wall time, `>>` out or `<<` in,
/// addresses, bytes, Call-ID, CSeq; credentials masked. `path` "-" is standard error.
/// @return `invalid_argument` if the file cannot be written.
[[nodiscard]] Result<MessageTap> open_sip_trace(const std::string& path);

}  // namespace godwit::cli
