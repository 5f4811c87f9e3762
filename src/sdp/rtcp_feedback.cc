// SPDX-License-Identifier: Apache-2.0
#include "sdp/rtcp_feedback.h"

#include "sdp/scan.h"

namespace godwit::sdp {

// rtcp-fb-syntax = "a=rtcp-fb:" rtcp-fb-pt SP rtcp-fb-val
Scanned<RtcpFeedback> parse_rtcp_feedback(std::string_view value) {
  Words words(value);
  RtcpFeedback feedback;
  const std::string_view type = words.next();
  if (type != "*") {
    feedback.payload_type = read_number<std::uint8_t>(type);
    if (!feedback.payload_type || *feedback.payload_type > kLastPayloadType) {
      return fault("expected a payload type of 0 to 127, or \"*\"", words.at());
    }
  }
  feedback.kind = words.next();
  if (!is_token(feedback.kind)) {
    return fault("expected a kind of feedback, such as nack", words.at());
  }
  feedback.parameters = words.rest();
  if (feedback.kind == "trr-int" && !read_number<std::uint32_t>(feedback.parameters)) {
    return fault("expected a number of milliseconds after trr-int", words.at());
  }
  return feedback;
}

std::string to_string(const RtcpFeedback& feedback) {
  std::string text = feedback.payload_type ? std::to_string(*feedback.payload_type) : "*";
  text += ' ' + feedback.kind;
  if (!feedback.parameters.empty()) text += ' ' + feedback.parameters;
  return text;
}

}  // namespace godwit::sdp
