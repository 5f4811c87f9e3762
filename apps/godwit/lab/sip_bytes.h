// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "lab/passage.h"
#include "lab/capture_file.h"
#include "lab/tls_decrypt.h"

namespace godwit::lab {

/// A SIP message as it passed a capture point, over whichever transport.
struct SipBytes {
  /// On a stream, of a message that was sent: when its first byte left; of one that came: when it
  /// was whole.
  Passage at;
  std::string text;
};

/// All SIP messages of a capture, in the order of time. What is under TLS is read with `keys`.
[[nodiscard]] std::vector<SipBytes> sip_in(const std::vector<CapturedPacket>& packets,
                                           const TlsKeys& keys = {});

}  // namespace godwit::lab
