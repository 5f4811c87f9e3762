// SPDX-License-Identifier: Apache-2.0
#include "ua/media_rack.h"

#include <utility>

#include "audio/echo_port.h"
#include "audio/shared_source.h"
#include "audio/silence.h"
#include "base/overloaded.h"

namespace godwit::ua {
namespace {

constexpr std::size_t kCnameBytes = 12;  // 96 random bits (RFC 7022 §5)

using Part = MediaFailed::Part;

/// What is played, with what must hear for it.
struct Played {
  std::unique_ptr<audio::Source> source;
  std::unique_ptr<audio::Sink> also_hears;
  std::shared_ptr<audio::DeviceWatch> devices{};
};

Result<Played> open_play(AudioFactory& factory, const PlaySource& play) {
  if (play.kind == PlaySource::Kind::echo) {
    audio::EchoPort echo = audio::make_echo_port(std::make_unique<audio::NullSink>());
    return Played{std::move(echo.source), std::move(echo.sink)};
  }
  if (play.kind == PlaySource::Kind::device) {
    auto ends = factory.open_devices(play.device);
    if (!ends) return tl::unexpected(ends.error());
    return Played{std::move(ends->source), std::move(ends->sink), std::move(ends->watch)};
  }
  if (play.kind == PlaySource::Kind::application) {
    if (!play.source) return fail(Errc::invalid_argument, "play.source: none");
    return Played{std::make_unique<audio::SharedSource>(play.source), nullptr};
  }
  auto source = factory.open_source(play);
  if (!source) return tl::unexpected(source.error());
  return Played{std::move(*source), nullptr};
}

Result<std::unique_ptr<audio::Recorder>> open_recorder(AudioFactory& factory,
                                                       const RecordOptions& record) {
  auto sink = factory.open_sink(record.file, audio::channels_of(record.tracks));
  if (!sink) return tl::unexpected(sink.error());
  return std::make_unique<audio::Recorder>(std::move(*sink), record.tracks, record.rate);
}

// A peer that only listens takes part in a conference; who holds, or is held, is not sent to.
bool is_held(const sdp::Agreement& agreement) {
  return agreement.direction == sdp::Direction::recvonly ||
         agreement.direction == sdp::Direction::inactive;
}

}  // namespace

Result<DeviceEnds> AudioFactory::open_devices(const AudioDeviceOptions& /*options*/) {
  return fail(Errc::unsupported, "no sound devices");
}

MediaRack::MediaRack(AudioFactory& factory, Random& random) : factory_(factory), random_(random) {}

MediaRack::~MediaRack() = default;

std::vector<Input> MediaRack::apply(const MediaAction& action, TimePoint now) {
  if (const auto* const made = std::get_if<CreateMedia>(&action)) return create(*made, now);
  const MediaId id = std::visit([](const auto& a) { return a.media; }, action);
  const auto it = slots_.find(id);
  if (it == slots_.end()) return {};
  if (std::holds_alternative<EndMedia>(action)) {
    end(id, it->second, now);
    return {};
  }
  auto caused = perform(it->second, action, now);
  touch(id, it->second);
  return caused;
}

std::vector<Input> MediaRack::perform(Slot& slot, const MediaAction& action, TimePoint now) {
  media::Session& session = *slot.session;
  std::vector<Input> caused;
  std::visit(overloaded{[](const CreateMedia&) {},
                        [&](const OpenMediaPath& a) { session.add_path(a.path); },
                        [&](const AskMediaAddress& a) { session.ask_address(a.path, a.server, now); },
                        [&](const ConfigureMedia& a) {
                          slot.desk->set_held(is_held(a.agreement));
                          session.configure(a.agreement, now);
                        },
                        [&](const SendMediaOn& a) { session.send_on(a.path, a.remote, now); },
                        [&](const StopSendingMedia&) { session.stop_sending(now); },
                        [&](const CloseMediaPath& a) { session.remove_path(a.path); },
                        [&](const SendDigits& a) { send_digits(slot, a); },
                        [&](const PlayMedia& a) { caused = play(slot, a); },
                        [&](const MuteMedia& a) { slot.desk->set_muted(a.muted); },
                        [&](const RecordMedia& a) { caused = record(slot, a); },
                        [&](const StopRecordingMedia&) { slot.desk->record(nullptr); },
                        [&](const JoinConference& a) { join(slot, a.conference); },
                        [&](const ResetGaps&) { session.reset_gaps(now); }, [](const EndMedia&) {}},
             action);
  return caused;
}

/// What cannot be opened is replaced by silence: the call goes on without it.
std::vector<Input> MediaRack::create(const CreateMedia& create, TimePoint now) {
  std::vector<Input> failures;
  auto desk = std::make_shared<audio::SoundDesk>(std::make_unique<audio::SilenceSource>());
  if (!create.record_file.empty()) {
    const RecordOptions record{.file = create.record_file, .tracks = RecordOptions::Tracks::heard};
    if (auto recorder = open_recorder(factory_, record)) {
      desk->record(std::move(*recorder));
    } else {
      failures.emplace_back(MediaFailed{create.media, recorder.error(), Part::recording});
    }
  }
  desk->set_listener(create.hear);
  std::shared_ptr<audio::DeviceWatch> devices;
  if (auto played = open_play(factory_, create.play)) {
    desk->play(std::move(played->source), std::move(played->also_hears));
    devices = std::move(played->devices);
  } else {
    failures.emplace_back(MediaFailed{create.media, played.error(), Part::playing});
  }
  media::SessionOptions options{.id = create.media,
                                .cname = random_.token(kCnameBytes),
                                .source = audio::source_of(desk),
                                .sink = audio::sink_of(desk),
                                .quality = create.quality,
                                .kit = create.kit,
                                .follow = create.follow,
                                .catch_up = create.catch_up,
                                .latch = create.latch,
                                .suites = create.suites};
  Slot& slot = slots_[create.media];
  slot.session = std::make_unique<media::Session>(std::move(options), random_, now);
  slot.desk = std::move(desk);
  slot.devices = std::move(devices);
  touch(create.media, slot);
  return failures;
}

std::vector<Input> MediaRack::play(Slot& slot, const PlayMedia& action) {
  auto played = open_play(factory_, action.play);
  if (!played) return {MediaFailed{action.media, played.error(), Part::playing}};
  slot.desk->play(std::move(played->source), std::move(played->also_hears));
  slot.devices = std::move(played->devices);
  // Its end is told anew.
  slot.session->set_source(audio::source_of(slot.desk));
  return {};
}

std::vector<Input> MediaRack::record(Slot& slot, const RecordMedia& action) {
  slot.desk->record(nullptr);  // the same file may be meant
  auto recorder = open_recorder(factory_, action.record);
  if (!recorder) return {MediaFailed{action.media, recorder.error(), Part::recording}};
  slot.desk->record(std::move(*recorder));
  return {};
}

// The engine has checked digits against the agreement before it asked; what is too much for the
// queue is left out.
void MediaRack::send_digits(Slot& slot, const SendDigits& action) {
  if (action.method != DtmfMethod::in_band) {
    return static_cast<void>(slot.session->send_digits(action.digits, action.duration));
  }
  const auto each = std::chrono::duration_cast<std::chrono::milliseconds>(action.duration);
  static_cast<void>(slot.desk->send_digits(action.digits, each));
}

void MediaRack::join(Slot& slot, ConferenceId conference) {
  const auto left = std::exchange(slot.conference, conference);
  if (left == conference) return;
  slot.desk->join(nullptr);
  if (left) {
    std::erase_if(conferences_, [](const auto& entry) { return entry.second.use_count() == 1; });
  }
  if (!conference) return;
  auto& mixer = conferences_[conference];
  if (!mixer) mixer = std::make_shared<audio::Mixer>();
  slot.desk->join(mixer);
}

void MediaRack::end(MediaId media, Slot& slot, TimePoint now) {
  join(slot, {});
  slot.session->finish(now);
  if (slot.due) queue_.erase({*slot.due, media});
  if (slot.to_flush) std::erase(to_flush_, media);
  if (slot.to_report) std::erase(to_report_, media);
  ending_.push_back({.media = media, .session = std::move(slot.session)});
  slots_.erase(media);
}

/// Something was done to the session: it may have packets, notices and another deadline.
void MediaRack::touch(MediaId media, Slot& slot) {
  if (!std::exchange(slot.to_flush, true)) to_flush_.push_back(media);
  if (!std::exchange(slot.to_report, true)) to_report_.push_back(media);
  requeue(media, slot);
}

void MediaRack::requeue(MediaId media, Slot& slot) {
  const auto due = slot.session->next_deadline();
  if (due == slot.due) return;
  Queue::node_type node;
  if (slot.due) node = queue_.extract({*slot.due, media});
  slot.due = due;
  if (!due) return;
  if (node.empty()) {
    queue_.emplace(*due, media);
  } else {
    node.value() = {*due, media};
    queue_.insert(std::move(node));
  }
}

void MediaRack::on_packet(MediaId media, const media::Received& packet, TimePoint now) {
  const auto it = slots_.find(media);
  if (it == slots_.end()) return;
  it->second.session->on_packet(packet, now);
  touch(media, it->second);
}

void MediaRack::on_send_failed(MediaId media, PathId path, TimePoint now) {
  const auto it = slots_.find(media);
  if (it == slots_.end()) return;
  it->second.session->on_send_failed(path, now);
  touch(media, it->second);
}

// Each at most once: a session that is behind makes one frame, which has to leave before the next.
void MediaRack::on_timeout(TimePoint now) {
  due_.clear();
  for (const auto& [due, media] : queue_) {
    if (due > now) break;
    due_.push_back(media);
  }
  for (const MediaId media : due_) {
    Slot& slot = slots_.at(media);
    slot.session->on_timeout(now);
    touch(media, slot);
  }
}

std::optional<TimePoint> MediaRack::next_deadline() const {
  if (queue_.empty()) return std::nullopt;
  return queue_.begin()->first;
}

void MediaRack::flush(const Send& send, TimePoint now) {
  for (const MediaId media : to_flush_) {
    Slot& slot = slots_.at(media);
    slot.to_flush = false;
    if (!std::exchange(slot.to_report, true)) to_report_.push_back(media);
    while (const auto packet = slot.session->poll_transmit()) {
      if (!send(media, *packet)) slot.session->on_send_failed(packet->path, now);
    }
    requeue(media, slot);
  }
  to_flush_.clear();
  for (const Ending& ended : ending_) {
    while (const auto packet = ended.session->poll_transmit()) {
      static_cast<void>(send(ended.media, *packet));
    }
  }
  ending_.clear();
}

std::vector<Input> MediaRack::take_reports(TimePoint now) {
  std::vector<Input> reports;
  for (const MediaId media : to_report_) {
    Slot& slot = slots_.at(media);
    slot.to_report = false;
    for (media::Notice& notice : slot.session->take_notices()) {
      reports.emplace_back(MediaReport{.media = media,
                                       .notice = std::move(notice),
                                       .statistics = slot.session->statistics(now)});
    }
    while (slot.devices) {
      auto news = slot.devices->take_news();
      if (!news) break;
      reports.emplace_back(MediaDeviceChanged{media, std::move(*news)});
    }
    if (!slot.desk->take_recording_failed()) continue;
    Error full{make_error_code(Errc::media_failed), "the recording cannot be written any more"};
    reports.emplace_back(MediaFailed{media, std::move(full), Part::recording});
  }
  to_report_.clear();
  return reports;
}

const media::Session* MediaRack::session(MediaId media) const {
  const auto it = slots_.find(media);
  return it == slots_.end() ? nullptr : it->second.session.get();
}

std::optional<media::Statistics> MediaRack::statistics(MediaId media, TimePoint now) const {
  const auto it = slots_.find(media);
  if (it == slots_.end()) return std::nullopt;
  return it->second.session->statistics(now);
}

}  // namespace godwit::ua
