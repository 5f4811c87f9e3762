// SPDX-License-Identifier: Apache-2.0
#include "ua/media_rack.h"

#include <utility>

#include "audio/echo_port.h"
#include "audio/silence.h"
#include "base/overloaded.h"

namespace godwit::ua {
namespace {

constexpr std::size_t kCnameBytes = 12;  // 96 random bits (RFC 7022 §5)

struct AudioEnds {
  std::unique_ptr<audio::Source> source;
  std::unique_ptr<audio::Sink> sink;
  std::vector<Input> failures;
};

/// What cannot be opened is replaced by silence: the call goes on without it.
AudioEnds open_ends(AudioFactory& factory, const CreateMedia& create) {
  AudioEnds ends;
  if (!create.record_file.empty()) {
    if (auto sink = factory.open_sink(create.record_file)) {
      ends.sink = std::move(*sink);
    } else {
      ends.failures.emplace_back(MediaFailed{.media = create.media, .error = sink.error()});
    }
  }
  if (!ends.sink) ends.sink = std::make_unique<audio::NullSink>();

  if (create.play.kind == PlaySource::Kind::echo) {
    audio::EchoPort echo = audio::make_echo_port(std::move(ends.sink));
    ends.source = std::move(echo.source);
    ends.sink = std::move(echo.sink);
    return ends;
  }
  if (auto source = factory.open_source(create.play)) {
    ends.source = std::move(*source);
  } else {
    ends.failures.emplace_back(MediaFailed{.media = create.media, .error = source.error()});
    ends.source = std::make_unique<audio::SilenceSource>();
  }
  return ends;
}

}  // namespace

MediaRack::MediaRack(AudioFactory& factory, Random& random) : factory_(factory), random_(random) {}

MediaRack::~MediaRack() = default;

std::vector<Input> MediaRack::apply(const MediaAction& action, TimePoint now) {
  if (const auto* const made = std::get_if<CreateMedia>(&action)) return create(*made, now);
  const MediaId id = std::visit([](const auto& a) { return a.media; }, action);
  MediaSession* const session = find(id);
  if (session == nullptr) return {};
  std::visit(overloaded{[](const CreateMedia&) {},
                        [&](const OpenMediaPath& a) { session->add_path(a.path); },
                        [&](const ConfigureMedia& a) { session->configure(a.agreement, now); },
                        [&](const SendMediaOn& a) { session->send_on(a.path, a.remote, now); },
                        [&](const StopSendingMedia&) { session->stop_sending(now); },
                        [&](const CloseMediaPath& a) { session->remove_path(a.path); },
                        [&](const SendDigits& a) {
                          // The engine has checked them against the agreement before it asked.
                          static_cast<void>(session->send_digits(a.digits, a.duration));
                        },
                        [&](const ResetGaps&) { session->reset_gaps(now); },
                        [&](const EndMedia&) { end(id, now); }},
             action);
  return {};
}

std::vector<Input> MediaRack::create(const CreateMedia& create, TimePoint now) {
  AudioEnds ends = open_ends(factory_, create);
  sessions_[create.media] =
      std::make_unique<MediaSession>(MediaSessionOptions{.id = create.media,
                                                         .cname = random_.token(kCnameBytes),
                                                         .source = std::move(ends.source),
                                                         .sink = std::move(ends.sink)},
                                     random_, now);
  return std::move(ends.failures);
}

void MediaRack::end(MediaId media, TimePoint now) {
  auto node = sessions_.extract(media);
  node.mapped()->finish(now);
  ending_.push_back({.media = media, .session = std::move(node.mapped())});
}

MediaSession* MediaRack::find(MediaId media) const {
  const auto it = sessions_.find(media);
  return it == sessions_.end() ? nullptr : it->second.get();
}

void MediaRack::on_packet(MediaId media, PathId path, Channel channel,
                          const net::SocketAddress& from, std::span<const std::byte> bytes,
                          TimePoint now) {
  if (MediaSession* const session = find(media))
    session->on_packet(path, channel, from, bytes, now);
}

void MediaRack::on_send_failed(MediaId media, PathId path, TimePoint now) {
  if (MediaSession* const session = find(media)) session->on_send_failed(path, now);
}

void MediaRack::on_timeout(TimePoint now) {
  for (const auto& [media, session] : sessions_) session->on_timeout(now);
}

std::optional<TimePoint> MediaRack::next_deadline() const {
  std::optional<TimePoint> earliest;
  for (const auto& [media, session] : sessions_) {
    const auto deadline = session->next_deadline();
    if (deadline && (!earliest || *deadline < *earliest)) earliest = deadline;
  }
  return earliest;
}

void MediaRack::flush(const Send& send, TimePoint now) {
  for (const auto& [media, session] : sessions_) {
    while (const auto packet = session->poll_transmit()) {
      if (!send(media, *packet)) session->on_send_failed(packet->path, now);
    }
  }
  for (const Ending& ended : ending_) {
    while (const auto packet = ended.session->poll_transmit()) {
      static_cast<void>(send(ended.media, *packet));
    }
  }
  ending_.clear();
}

std::vector<Input> MediaRack::take_reports(TimePoint now) {
  std::vector<Input> reports;
  for (const auto& [media, session] : sessions_) {
    for (MediaNotice& notice : session->take_notices()) {
      reports.emplace_back(MediaReport{
          .media = media, .notice = std::move(notice), .statistics = session->statistics(now)});
    }
  }
  return reports;
}

std::optional<MediaStatistics> MediaRack::statistics(MediaId media, TimePoint now) const {
  const MediaSession* const session = find(media);
  if (session == nullptr) return std::nullopt;
  return session->statistics(now);
}

}  // namespace godwit::ua
