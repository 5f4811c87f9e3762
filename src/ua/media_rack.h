// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "base/random.h"
#include "ua/action.h"
#include "ua/media_session.h"

namespace godwit::ua {

/// Makes the audio ends of a session: files belong to the shell, everything else is pure.
class AudioFactory {
 public:
  virtual ~AudioFactory() = default;
  virtual Result<std::unique_ptr<audio::Source>> open_source(const PlaySource& play) = 0;
  virtual Result<std::unique_ptr<audio::Sink>> open_sink(const std::string& record_file) = 0;
};

/// All media sessions of one agent: carries out media actions, passes packets to and from the
/// sessions, gathers their notices as engine inputs. Sockets are the shell's: it opens and closes
/// them for OpenMediaPath, CloseMediaPath and EndMedia, and hands every media action to `apply` as
/// well. Echo (`PlaySource::Kind::echo`) is wired here: what is heard is what is said.
class MediaRack {
 public:
  MediaRack(AudioFactory& factory, Random& random);
  ~MediaRack();

  /// Inputs for the engine that the action caused at once (MediaFailed).
  [[nodiscard]] std::vector<Input> apply(const MediaAction& action, TimePoint now);
  void on_packet(MediaId media, PathId path, Channel channel, const net::SocketAddress& from,
                 std::span<const std::byte> bytes, TimePoint now);
  void on_send_failed(MediaId media, PathId path, TimePoint now);
  void on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;

  /// Hands over every packet that wants to leave, the BYE of ended sessions too: after EndMedia,
  /// flush before the sockets are closed. `send` returns false when the kernel refused it.
  using Send = std::function<bool(MediaId, const MediaTransmit&)>;
  void flush(const Send& send, TimePoint now);
  /// What the sessions have noticed, as MediaReport inputs.
  [[nodiscard]] std::vector<Input> take_reports(TimePoint now);
  [[nodiscard]] std::optional<MediaStatistics> statistics(MediaId media, TimePoint now) const;

 private:
  struct Ending {
    MediaId media;
    std::unique_ptr<MediaSession> session;
  };

  std::vector<Input> create(const CreateMedia& create, TimePoint now);
  void end(MediaId media, TimePoint now);
  [[nodiscard]] MediaSession* find(MediaId media) const;

  AudioFactory& factory_;
  Random& random_;
  std::map<MediaId, std::unique_ptr<MediaSession>> sessions_;
  std::vector<Ending> ending_;  // their BYE leaves with the next flush
};

}  // namespace godwit::ua
