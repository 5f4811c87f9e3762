// SPDX-License-Identifier: Apache-2.0
#include "ua/call_options_check.h"

#include <algorithm>

#include "ua/custom_fields.h"

namespace godwit::ua {

namespace {

Result<void> check_quality(const CallOptions& options) {
  if (options.quality_interval < std::chrono::seconds{0} ||
      options.quality_interval > std::chrono::hours{1}) {
    return fail(Errc::invalid_argument, "quality_interval: 0, or 1 s to 1 h");
  }
  const QualityLimits& limits = options.quality_limits;
  if (limits.round_trip < Duration{} || limits.jitter < Duration{}) {
    return fail(Errc::invalid_argument, "quality_limits: times of 0 or more");
  }
  if (!(limits.mos >= 0 && limits.mos <= 5)) {
    return fail(Errc::invalid_argument, "quality_limits.mos: 0 to 5");
  }
  for (const double share : {limits.loss, limits.mean_loss}) {
    if (!(share >= 0 && share <= 1)) {
      return fail(Errc::invalid_argument, "quality_limits: losses are shares of 0 to 1");
    }
  }
  return {};
}

Result<void> check_sound(const CallOptions& options, const audio::CodecBook& codecs) {
  using std::chrono::milliseconds;
  constexpr std::size_t kMaxCodecs = 16;
  const bool some = std::any_of(options.codecs.begin(), options.codecs.end(),
                                [&](const auto& name) { return codecs.named(name) != nullptr; });
  if (!some || options.codecs.size() > kMaxCodecs) {
    return fail(Errc::invalid_argument, "codecs: name at least one of " + codecs.names());
  }
  if (options.packet_time < milliseconds{10} || options.packet_time > milliseconds{60} ||
      options.packet_time % milliseconds{10} != milliseconds{0}) {
    return fail(Errc::invalid_argument, "packet_time: 10 to 60 ms, in steps of 10 ms");
  }
  return {};
}

}  // namespace

Result<void> check_call_options(const CallOptions& options, const audio::CodecBook& codecs) {
  constexpr int kMaxRedirects = 20;
  if (options.answer_timeout < std::chrono::seconds{1} ||
      options.answer_timeout > std::chrono::hours{1}) {
    return fail(Errc::invalid_argument, "answer_timeout: 1 s to 1 h");
  }
  if (auto checked = check_sound(options, codecs); !checked) return checked;
  if (options.play.tone_hz < 50 || options.play.tone_hz > 3400) {
    return fail(Errc::invalid_argument, "tone_hz: 50 to 3400");
  }
  if (options.play.kind == PlaySource::Kind::application && !options.play.source) {
    return fail(Errc::invalid_argument, "play.source: none");
  }
  const auto& timer = options.session_timer;
  if (timer.interval < std::chrono::seconds{90} || timer.interval > std::chrono::hours{24}) {
    return fail(Errc::invalid_argument, "session_timer.interval: 90 s to 24 h");
  }
  if (options.redirects < 0 || options.redirects > kMaxRedirects) {
    return fail(Errc::invalid_argument, "redirects: 0 to 20");
  }
  if (auto checked = check_quality(options); !checked) return checked;
  return check_custom_fields(options.headers);
}

}  // namespace godwit::ua
