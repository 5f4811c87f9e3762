// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "godwit/call_quality.h"
#include "godwit/error.h"
#include "godwit/export.h"
#include "godwit/ids.h"
#include "godwit/options.h"

namespace godwit {

class UserAgentCore;

enum class CallState { dialing, ringing, incoming, up, reconnecting, ended };
GODWIT_EXPORT std::string_view to_string(CallState state);

/// What a call is doing now, and what came through so far.
struct CallInfo {
  CallState state = CallState::ended;
  std::string remote;              ///< the peer's URI
  std::string codec;               ///< "PCMU/8000"; empty before the answer
  /// How the sound is encrypted: "SDES AES_CM_128_HMAC_SHA1_80", "DTLS"; empty: it is not.
  std::string protection;
  std::string local_signalling;    ///< "10.1.0.2:5060"
  std::string local_media;         ///< "10.1.0.2:40000"
  std::string remote_media;
  std::uint64_t packets_sent = 0;
  std::uint64_t packets_received = 0;
  std::uint32_t packets_lost = 0;  ///< received direction, by sequence number
  double jitter_ms = 0;            ///< RFC 3550 interarrival jitter, received direction
  bool held_by_us = false;
  bool held_by_peer = false;
  bool muted = false;
  bool recording = false;
  ConferenceId conference;         ///< 0: none
};

/// A call. A copyable handle: it does not own the call, and using it after the end answers
/// `Errc::no_such_call`. Use it only on the user agent's loop; event handlers may.
class GODWIT_EXPORT Call {
 public:
  Call() = default;

  [[nodiscard]] CallId id() const { return id_; }
  /// State and figures of this moment.
  [[nodiscard]] Result<CallInfo> info() const;
  /// How well it is heard: the last whole second, and all of them. @return `wrong_state` without sound.
  [[nodiscard]] Result<CallQuality> quality() const;
  /// The seconds of the last three minutes, the oldest first. @return `wrong_state` without sound.
  [[nodiscard]] Result<std::vector<QualitySecond>> quality_history() const;

  /// Accepts an incoming call. `CallAnswered` follows once the 200 has left.
  /// @return `wrong_state` unless it is incoming and unanswered, `no_such_call`.
  [[nodiscard]] Result<void> answer(const CallOptions& options = {});
  /// Refuses an incoming call with `status` (400 to 699); 486 is "busy", 603 "declined".
  /// @return `wrong_state`, `invalid_argument`, `no_such_call`.
  [[nodiscard]] Result<void> decline(int status = 486);
  /// Ends the call in whatever state it is: CANCEL, BYE or 486. `CallEnded` follows.
  [[nodiscard]] Result<void> hang_up();
  /// Sends digits 0-9 * # A-D.
  /// @param each  duration of each digit, 40 ms to 5 s
  /// @return `invalid_argument`, `wrong_state` before the answer, `unsupported` if the peer takes none.
  [[nodiscard]] Result<void> send_dtmf(std::string_view digits,
                                       std::chrono::milliseconds each = std::chrono::milliseconds{100},
                                       DtmfMethod method = DtmfMethod::rtp_event);

  /// Tells the caller of an incoming call how it stands, with early sound when `status` is 183: what
  /// `options` plays is heard before the answer (RFC 3261 §13.3.1.1, RFC 3262 where supported).
  /// @return `wrong_state` unless it is incoming and unanswered, `invalid_argument` (101 to 199),
  /// `media_failed` when the caller offers none of the codecs.
  [[nodiscard]] Result<void> send_progress(int status = 183, const CallOptions& options = {});
  /// Refuses an incoming call and names where to find us instead: 302 (RFC 3261 §21.3.3).
  /// @param targets  SIP URIs, the best first; 1 to 10
  [[nodiscard]] Result<void> redirect(const std::vector<std::string>& targets);

  /// Puts the peer on hold (RFC 3264 §8.4): it is asked to stop sending, and hears nothing of us.
  /// `CallHoldChanged` follows once it has agreed. Already held: nothing happens.
  /// @return `wrong_state` before the answer.
  [[nodiscard]] Result<void> hold();
  /// The end of our hold; a hold of the peer's stays.
  [[nodiscard]] Result<void> resume();
  /// We send silence until `unmute()`; nothing is signalled. Digits are sent all the same.
  /// @return `wrong_state` for an incoming call that is not answered.
  [[nodiscard]] Result<void> mute();
  [[nodiscard]] Result<void> unmute();

  /// Blind transfer: asks the peer to call `target` instead of us (RFC 3515, RFC 5589 §6).
  /// `TransferProgress` follows, its last one with `final`. On success the call is ended.
  /// @return `invalid_argument`, `wrong_state` before the answer or during another transfer.
  [[nodiscard]] Result<void> transfer(std::string_view target);
  /// Attended transfer: asks the peer to take our place in `other` (RFC 3891, RFC 5589 §7).
  /// @return `wrong_state` unless both are up.
  [[nodiscard]] Result<void> transfer_to(const Call& other);

  /// INFO inside the call (RFC 6086 legacy use); `MessageAnswered` follows.
  /// @return `wrong_state` before the answer, `invalid_argument` if the body is larger than 64 kB.
  [[nodiscard]] Result<MessageId> send_info(const MessageBody& body);
  /// MESSAGE inside the call (RFC 3428 §4); `MessageAnswered` follows.
  [[nodiscard]] Result<MessageId> send_message(const MessageBody& body);

  /// Plays `source` to the peer from now on; `PlaybackEnded` follows a file that does not loop.
  /// @return `invalid_argument` if the file cannot be read: what was played goes on. `wrong_state` for
  /// an incoming call that is not answered.
  [[nodiscard]] Result<void> play(const PlaySource& source);
  /// Records into a file until `stop_recording()` or the end. A recording under way is finished first.
  /// When the disk is full the recording ends: `CallInfo::recording`, and an error in the log.
  /// @return `invalid_argument` if the file cannot be written, `wrong_state` for an incoming call that
  /// is not answered.
  [[nodiscard]] Result<void> start_recording(const RecordOptions& options);
  [[nodiscard]] Result<void> stop_recording();

  /// Takes part in a conference: hears the others and what every call there plays, is heard by them.
  /// On hold it neither hears nor is heard. It leaves the one it was in; a default-constructed id only
  /// leaves.
  /// @return `invalid_argument` for a conference that is not there, `wrong_state` before the answer.
  [[nodiscard]] Result<void> join(ConferenceId conference);

 private:
  friend class Account;
  friend class UserAgent;
  Call(std::weak_ptr<UserAgentCore> core, CallId id) : core_(std::move(core)), id_(id) {}

  std::weak_ptr<UserAgentCore> core_;
  CallId id_;
};

}  // namespace godwit
