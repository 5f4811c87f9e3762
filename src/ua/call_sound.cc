// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "audio/audio_port.h"
#include "ua/call.h"

namespace godwit::ua {
namespace {

constexpr std::size_t kMostDigits = 256;  // at a time

Result<void> check_digits(std::string_view digits, Duration each) {
  if (digits.empty() || digits.find_first_not_of("0123456789*#ABCD") != std::string_view::npos) {
    return fail(Errc::invalid_argument, "digits: 0-9 * # A-D");
  }
  if (digits.size() > kMostDigits) return fail(Errc::invalid_argument, "digits: at most 256");
  if (each < std::chrono::milliseconds{40} || each > std::chrono::seconds{5}) {
    return fail(Errc::invalid_argument, "each: 40 ms to 5 s");
  }
  return {};
}

tl::unexpected<Error> not_up() { return fail(Errc::wrong_state, "the call is not up"); }
tl::unexpected<Error> no_sound() { return fail(Errc::wrong_state, "the call has no sound yet"); }

}  // namespace

Result<void> Call::send_dtmf(std::string_view digits, Duration each, DtmfMethod method) {
  if (auto checked = check_digits(digits, each); !checked) return checked;
  if (state_ != State::up || !media_.agreement()) return not_up();
  if (method == DtmfMethod::rtp_event && !media_.agreement()->send_telephone_event) {
    return fail(Errc::unsupported, "the peer takes no telephone-event");
  }
  media_.send_digits(std::string(digits), each, method);
  return {};
}

Result<void> Call::play(const PlaySource& source) {
  if (source.tone_hz < 50 || source.tone_hz > 3400) {
    return fail(Errc::invalid_argument, "tone_hz: 50 to 3400");
  }
  if (source.kind == PlaySource::Kind::application && !source.source) {
    return fail(Errc::invalid_argument, "source: none");
  }
  if (!media_.created()) return no_sound();
  context_.out.media(PlayMedia{media_.id(), source});
  return {};
}

Result<void> Call::set_mute(Mute wish) {
  if (!media_.created()) return no_sound();
  media_.sound().muted = wish == Mute::on;
  context_.out.media(MuteMedia{media_.id(), media_.sound().muted});
  return {};
}

Result<void> Call::start_recording(const RecordOptions& options) {
  if (options.file.empty()) return fail(Errc::invalid_argument, "file: a name");
  if (options.rate != 0 && !audio::is_rate(options.rate)) {
    return fail(Errc::invalid_argument, "rate: 8000, 16000, 32000 or 48000");
  }
  if (!media_.created()) return no_sound();
  media_.sound().recording = true;
  context_.out.media(RecordMedia{media_.id(), options});
  return {};
}

Result<void> Call::stop_recording() {
  if (std::exchange(media_.sound().recording, false)) context_.out.media(StopRecordingMedia{media_.id()});
  return {};
}

Result<void> Call::join(ConferenceId conference) {
  if (conference && (state_ != State::up || !media_.agreement())) return not_up();
  if (std::exchange(media_.sound().conference, conference) == conference) return {};
  context_.out.media(JoinConference{media_.id(), conference});
  return {};
}

void Call::on_media_failed(const MediaFailed& failed) {
  if (failed.part == MediaFailed::Part::recording) media_.sound().recording = false;
  log(LogLevel::error, "sound: " + failed.error.detail);
}

void Call::on_media_device(const audio::DeviceNews& news, TimePoint now) {
  context_.out.emit(DeviceChanged{id_, news.works, news.capture, news.playback, news.reason}, now);
}

// Without a profile in common there is no sound, and there will be none: what is said in SDP does not
// tell it before (RFC 5764 §4.1).
void Call::on_keying_failed(const media::KeyingFailed& failed, TimePoint now) {
  log(LogLevel::warning, "sound: " + failed.reason);
  if (!failed.without_profile || media_heard_) return;
  const std::string why = "the sound cannot be protected: " + failed.reason;
  if (state_ == State::up) return drop(why, Who::local, now);
  if (pending_ && pending_->first_invite) refuse(*pending_, 488, {}, now);
  forsake_invite(now);
  end(Who::local, 488, why, now);
}

// RFC 3711 §9.2: its packets are counted, and few are left.
void Call::renew_keys(TimePoint now) {
  log(LogLevel::info, "sound: a key is worn, another one is offered");
  media_.exchange().renew_keys();
  negotiation_.rekey = true;
  pump(now);
}

void Call::tell_sound(const media::Notice& notice, TimePoint now) {
  if (const auto* digit = std::get_if<media::DigitHeard>(&notice)) {
    context_.out.emit(DtmfReceived{id_, digit->digit, digit->duration}, now);
  }
  if (std::holds_alternative<media::SourceEnded>(notice)) context_.out.emit(PlaybackEnded{id_}, now);
  if (const auto* measured = std::get_if<media::QualityMeasured>(&notice)) {
    context_.out.emit(MediaQuality{id_, measured->quality}, now);
  }
  if (std::holds_alternative<media::KeyWearsOut>(notice)) renew_keys(now);
  if (std::holds_alternative<media::KeyingEnded>(notice)) {
    log(LogLevel::info, "sound: the far end has ended the DTLS association");
  }
  if (const auto* failed = std::get_if<media::KeyingFailed>(&notice)) on_keying_failed(*failed, now);
  if (const auto* turned = std::get_if<media::QualityTurned>(&notice)) {
    context_.out.emit(
        QualityChanged{id_, turned->measure, turned->bad, turned->value, turned->limit}, now);
  }
}

void Call::describe_sound(CallInfo& info) const {
  info.muted = media_.sound().muted;
  info.recording = media_.sound().recording;
  info.conference = media_.sound().conference;
}

}  // namespace godwit::ua
