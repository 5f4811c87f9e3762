// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace godwit::lab {

/// What the figures need of a SIP message. The lab reads it with eyes of its own, not with godwit's
/// parser, whose mistakes it would share.
struct SipView {
  bool request = false;
  std::string method;  ///< of the request, or of the CSeq in a response
  int status = 0;      ///< 0 in a request
  std::uint32_t cseq = 0;
  std::string call_id;
  std::string branch;                 ///< of the topmost Via
  std::string from_uri;               ///< "sip:alice@godwit.test"
  bool in_dialog = false;             ///< the To field has a tag
  bool has_credentials = false;       ///< Authorization or Proxy-Authorization
  bool has_offer = false;             ///< a body of type application/sdp
  std::string direction;              ///< of its last stream: "sendrecv", "sendonly", ...
  std::vector<std::string> contacts;  ///< URIs, without parameters of the field
};

/// Empty if the bytes are no SIP message.
[[nodiscard]] std::optional<SipView> view_sip(std::string_view bytes);

}  // namespace godwit::lab
