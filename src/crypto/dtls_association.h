// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crypto/dtls_certificate.h"
#include "crypto/dtls_record.h"
#include "godwit/error.h"
#include "godwit/time.h"

namespace godwit::crypto {

// SRTP protection profiles (RFC 5764 §4.1.2, RFC 7714 §14.2).
inline constexpr std::uint16_t kSrtpAes128CmSha1Tag80 = 0x0001;
inline constexpr std::uint16_t kSrtpAes128CmSha1Tag32 = 0x0002;
inline constexpr std::uint16_t kSrtpAeadAes128Gcm = 0x0007;
inline constexpr std::uint16_t kSrtpAeadAes256Gcm = 0x0008;

/// One DTLS 1.2 handshake on a media path and what it comes to, the keys of SRTP (RFC 5764):
/// datagrams and `now` in, datagrams out. It is over when both sides have shown a certificate whose
/// fingerprint was signalled; nothing else of a certificate counts.
///
/// What strangers can send, it passes over (`look_at_handshake`). Whose datagrams it hears is its
/// owner's matter. Once established it still has to hear what comes: who sent the last flight of
/// the handshake sends it again when the far end asks for it. A close_notify or an alert then ends
/// it, and its keys with it: the far end has shown that it means it, for both are encrypted.
///
/// A new association is a new object (RFC 8842 §5). Its owner goes on with the old keys until this
/// one is established, and takes packets under the old keys for 5 s more.
class DtlsAssociation {
 public:
  using Role = DtlsRole;
  struct ExpectedFingerprint {
    std::string hash;  // "sha-256"
    std::vector<std::uint8_t> bytes;
  };
  /// Whether who sends from the address that we answer has shown to hear there: a server asks the
  /// client of an unproven path for a cookie first (RFC 6347 §4.2.1), and nothing that a forger
  /// sends leaves a trace. It costs a round trip, and a ClientHello must fit into one datagram
  /// then.
  enum class Path : std::uint8_t { unproven, proven };
  struct Options {
    Role role = Role::client;
    /// Any of those with the strongest hash among them (RFC 8122 §5.1).
    std::vector<ExpectedFingerprint> expected;
    /// Best first; of what both know the server's best is taken. AES-128 before AES-256, for the
    /// P-256 of the handshake is no stronger than it; both before HMAC-SHA1, for they cost less; no
    /// tag of 32 bits unless somebody asks for it.
    std::vector<std::uint16_t> profiles{kSrtpAeadAes128Gcm, kSrtpAeadAes256Gcm,
                                        kSrtpAes128CmSha1Tag80};
    Path path = Path::unproven;
  };
  /// Of SRTP, by its protection profile. Secret: zeroed when it goes.
  struct Keys {
    std::uint16_t profile = 0;
    std::vector<std::uint8_t> send, receive;  // master key with salt behind it
    ~Keys();
    Keys() = default;
    Keys(const Keys&) = default;
    Keys& operator=(const Keys&) = default;
  };
  enum class Status : std::uint8_t { shaking_hands, established, failed, closed };

  /// A flight that is not answered goes again after this, then after twice as long and so on. RFC
  /// 6347 §4.2.4.1 says 1 s for whoever knows nothing of the path; a call is being set up on this
  /// one, the wait is heard, and a few hundred bytes harm nobody.
  static constexpr std::chrono::milliseconds kFirstWait{100};
  static constexpr std::chrono::milliseconds kLongestWait{3'200};
  /// Given up after so many in a row, some 30 s: OpenSSL's limit.
  static constexpr int kSendsAgain = 12;
  /// Bytes of one datagram of ours.
  static constexpr long kMtu = 1'200;

  /// Errors: `media_failed` when OpenSSL refuses, or when no expected fingerprint can be checked.
  [[nodiscard]] static Result<DtlsAssociation> make(const DtlsCertificate& certificate,
                                                    const Options& options, TimePoint now);
  ~DtlsAssociation();
  DtlsAssociation(DtlsAssociation&&) noexcept;
  DtlsAssociation& operator=(DtlsAssociation&&) noexcept;

  /// A client's first flight is ready from the start.
  void on_datagram(std::span<const std::byte> datagram, TimePoint now);
  void on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  /// A new one with the same certificate, options and cookie, on a path that is not proven: for a
  /// far end that begins anew without a word of signalling, or when nobody answered this one.
  [[nodiscard]] Result<DtlsAssociation> another(TimePoint now) const;
  /// Is it a ClientHello, and of another handshake than the one that we, a server, have begun?
  [[nodiscard]] bool begins_another(std::span<const std::byte> datagram) const;
  /// Is it the ClientHello of the handshake that we, a server, have begun, or one like it?
  [[nodiscard]] bool began_with(std::span<const std::byte> datagram) const;
  /// A server has heard a ClientHello, with its cookie where the path is not proven.
  [[nodiscard]] bool begun() const;
  /// The path has changed: the flight that waits for an answer goes again at once, bit for bit. Who
  /// has it already takes it for a replay.
  void send_again();
  /// The session is over: the far end is told (close_notify), if there is an association to end.
  void close(TimePoint now);
  /// The next datagram to send; empty when there is none.
  [[nodiscard]] std::optional<std::vector<std::byte>> poll();
  [[nodiscard]] Status status() const;
  /// Once established.
  [[nodiscard]] std::optional<Keys> keys() const;
  /// Why it failed, for people.
  [[nodiscard]] const std::string& reason() const;
  /// It failed for want of answers, not over what was said: another one may do better.
  [[nodiscard]] bool unanswered() const;
  /// It failed because both sides know no profile in common. Only the far end can have brought that
  /// about: it has shown the certificate that was signalled.
  [[nodiscard]] bool without_profile() const;
  /// Datagrams that were passed over.
  [[nodiscard]] std::uint64_t refused() const;

 private:
  struct State;
  explicit DtlsAssociation(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace godwit::crypto
