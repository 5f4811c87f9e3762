// SPDX-License-Identifier: Apache-2.0
#include "ua/session_body.h"

#include <utility>

#include "sdp/inspect.h"
#include "sip/message/multipart.h"

namespace godwit::ua {

Result<std::optional<sdp::SessionDescription>> read_session(const sip::Message& message) {
  using MaybeSession = std::optional<sdp::SessionDescription>;
  if (message.body().empty()) return MaybeSession();
  const auto part = sip::find_part(message.content_type(), message.body(), "application/sdp");
  if (!part) return tl::unexpected(sip::malformed("body", part.error()));
  if (!*part) return MaybeSession();
  auto description = sdp::parse((*part)->body);
  if (!description) return tl::unexpected(description.error());
  return *std::move(description);
}

std::vector<std::string> session_warnings(const sip::Message& message) {
  std::vector<std::string> sentences;
  if (message.body().empty()) return sentences;
  const auto part = sip::find_part(message.content_type(), message.body(), "application/sdp");
  if (!part || !*part) return sentences;
  for (auto& warning : sdp::inspect((*part)->body).warnings) {
    sentences.push_back(std::move(warning.text));
  }
  return sentences;
}

std::string no_sound(const Error& why) {
  const std::string sentence = "the answer offers no sound that both sides can use";
  return why.detail.empty() ? sentence : sentence + ": " + why.detail;
}

}  // namespace godwit::ua
