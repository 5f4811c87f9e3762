// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "audio/device_watch.h"
#include "audio/sound_desk.h"
#include "base/random.h"
#include "media/session.h"
#include "ua/action.h"

namespace godwit::ua {

/// The two ends of a microphone and a loudspeaker, and what tells of them.
struct DeviceEnds {
  std::unique_ptr<audio::Source> source;
  std::unique_ptr<audio::Sink> sink;
  std::shared_ptr<audio::DeviceWatch> watch;
};

/// Makes the audio ends of a session: files belong to the shell, everything else is pure.
class AudioFactory {
 public:
  virtual ~AudioFactory() = default;
  virtual Result<std::unique_ptr<audio::Source>> open_source(const PlaySource& play) = 0;
  virtual Result<std::unique_ptr<audio::Sink>> open_sink(const std::string& record_file,
                                                         audio::Channels channels) = 0;
  /// They open by and by; how that went is told by the watch.
  virtual Result<DeviceEnds> open_devices(const AudioDeviceOptions& options);
};

/// All media sessions of one agent: carries out media actions, passes packets to and from the
/// sessions, gathers their notices as engine inputs. Sockets are the shell's: it opens and closes
/// them for OpenMediaPath, CloseMediaPath and EndMedia, and hands every media action to `apply` as
/// well. What is played, recorded and mixed is arranged here: a SoundDesk for each session, a Mixer
/// for each conference.
///
/// A packet or a tick costs the session that it is for and a step in a sorted queue, however many
/// sessions there are.
class MediaRack {
 public:
  MediaRack(AudioFactory& factory, Random& random);
  ~MediaRack();

  /// Inputs for the engine that the action caused at once (MediaFailed).
  [[nodiscard]] std::vector<Input> apply(const MediaAction& action, TimePoint now);
  void on_packet(MediaId media, const media::Received& packet, TimePoint now);
  void on_send_failed(MediaId media, PathId path, TimePoint now);
  void on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;

  /// Hands over every packet that wants to leave, the BYE of ended sessions too: after EndMedia,
  /// flush before the sockets are closed. `send` returns false when the kernel refused it.
  using Send = std::function<bool(MediaId, const media::Transmit&)>;
  void flush(const Send& send, TimePoint now);
  /// What the sessions have noticed, as MediaReport and MediaFailed inputs.
  [[nodiscard]] std::vector<Input> take_reports(TimePoint now);
  [[nodiscard]] std::optional<media::Statistics> statistics(MediaId media, TimePoint now) const;
  /// A session, to ask it how it stands; nullptr: there is none.
  [[nodiscard]] const media::Session* session(MediaId media) const;
  /// Conferences in which somebody takes part.
  [[nodiscard]] std::size_t conferences() const { return conferences_.size(); }

 private:
  struct Slot {
    std::unique_ptr<media::Session> session;
    std::shared_ptr<audio::SoundDesk> desk;
    std::shared_ptr<audio::DeviceWatch> devices;  // none: no device is used
    ConferenceId conference;
    std::optional<TimePoint> due;  // as it stands in `queue_`
    bool to_flush = false;         // stands in `to_flush_`
    bool to_report = false;
  };
  using Slots = std::map<MediaId, Slot>;
  struct Ending {
    MediaId media;
    std::unique_ptr<media::Session> session;
  };
  using Queue = std::set<std::pair<TimePoint, MediaId>>;

  std::vector<Input> create(const CreateMedia& create, TimePoint now);
  std::vector<Input> perform(Slot& slot, const MediaAction& action, TimePoint now);
  std::vector<Input> play(Slot& slot, const PlayMedia& action);
  std::vector<Input> record(Slot& slot, const RecordMedia& action);
  static void send_digits(Slot& slot, const SendDigits& action);
  void join(Slot& slot, ConferenceId conference);
  void end(MediaId media, Slot& slot, TimePoint now);
  void touch(MediaId media, Slot& slot);
  void requeue(MediaId media, Slot& slot);

  AudioFactory& factory_;
  Random& random_;
  Slots slots_;
  Queue queue_;  // who is due when
  std::vector<MediaId> due_, to_flush_, to_report_;
  std::vector<Ending> ending_;  // their BYE leaves with the next flush
  std::map<ConferenceId, std::shared_ptr<audio::Mixer>> conferences_;
};

}  // namespace godwit::ua
