// SPDX-License-Identifier: Apache-2.0
#include "ua/call_options_check.h"

#include "ua/call_media.h"
#include "ua/custom_fields.h"

namespace godwit::ua {

Result<void> check_call_options(const CallOptions& options) {
  constexpr std::size_t kMaxCodecs = 16;
  constexpr int kMaxRedirects = 20;
  if (options.answer_timeout < std::chrono::seconds{1} ||
      options.answer_timeout > std::chrono::hours{1}) {
    return fail(Errc::invalid_argument, "answer_timeout: 1 s to 1 h");
  }
  // telephone-event alone is no codec.
  if (options.codecs.size() > kMaxCodecs || formats_of(options.codecs).size() < 2) {
    return fail(Errc::invalid_argument, "codecs: name at least one of PCMU, PCMA");
  }
  if (options.play.tone_hz < 50 || options.play.tone_hz > 3400) {
    return fail(Errc::invalid_argument, "tone_hz: 50 to 3400");
  }
  const auto& timer = options.session_timer;
  if (timer.interval < std::chrono::seconds{90} || timer.interval > std::chrono::hours{24}) {
    return fail(Errc::invalid_argument, "session_timer.interval: 90 s to 24 h");
  }
  if (options.redirects < 0 || options.redirects > kMaxRedirects) {
    return fail(Errc::invalid_argument, "redirects: 0 to 20");
  }
  return check_custom_fields(options.headers);
}

}  // namespace godwit::ua
