// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "godwit/error.h"
#include "godwit/time.h"

namespace godwit::crypto {

/// A self-signed ECDSA P-256 certificate with its private key, made for one agent (RFC 5763 §5).
class DtlsCertificate {
 public:
  [[nodiscard]] static Result<DtlsCertificate> make();
  ~DtlsCertificate();
  DtlsCertificate(const DtlsCertificate&);
  DtlsCertificate& operator=(const DtlsCertificate&);
  DtlsCertificate(DtlsCertificate&&) noexcept;
  DtlsCertificate& operator=(DtlsCertificate&&) noexcept;
  /// SHA-256 of its DER form.
  [[nodiscard]] std::vector<std::uint8_t> fingerprint() const;

 private:
  friend class DtlsAssociation;
  struct State;
  DtlsCertificate();
  std::shared_ptr<State> state_;
};

/// What one DTLS handshake on a media path comes to (RFC 5764): DTLS 1.2, datagrams and `now` in,
/// datagrams out. It is over when both sides have shown a certificate whose fingerprint was signalled.
class DtlsAssociation {
 public:
  enum class Role : std::uint8_t { client, server };
  struct ExpectedFingerprint {
    std::string hash;  // "sha-256"
    std::vector<std::uint8_t> bytes;
  };
  struct Options {
    Role role = Role::client;
    std::vector<ExpectedFingerprint> expected;  // any of them
  };
  /// Of SRTP, by its protection profile (RFC 5764 §4.1.2, RFC 7714 §14.2). Secret.
  struct Keys {
    std::uint16_t profile = 0;
    std::vector<std::uint8_t> send, receive;  // master key with salt behind it
    ~Keys();
    Keys() = default;
    Keys(const Keys&) = default;
    Keys& operator=(const Keys&) = default;
  };
  enum class Status : std::uint8_t { shaking_hands, established, failed };

  /// Errors: `media_failed` when OpenSSL refuses.
  [[nodiscard]] static Result<DtlsAssociation> make(const DtlsCertificate& certificate,
                                                    const Options& options, TimePoint now);
  ~DtlsAssociation();
  DtlsAssociation(DtlsAssociation&&) noexcept;
  DtlsAssociation& operator=(DtlsAssociation&&) noexcept;

  /// A client's first flight is ready from the start.
  void on_datagram(std::span<const std::byte> datagram, TimePoint now);
  void on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  /// The next datagram to send; empty when there is none.
  [[nodiscard]] std::optional<std::vector<std::byte>> poll();
  [[nodiscard]] Status status() const;
  /// Once established.
  [[nodiscard]] std::optional<Keys> keys() const;
  /// Why it failed, for people.
  [[nodiscard]] const std::string& reason() const;

 private:
  struct State;
  explicit DtlsAssociation(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Whether a datagram is a DTLS record, by its first byte (RFC 7983 §7).
[[nodiscard]] bool is_dtls(std::span<const std::byte> datagram);

}  // namespace godwit::crypto
