// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "godwit/error.h"
#include "godwit/options.h"
#include "io/file_descriptor.h"
#include "io/tls_pointers.h"
#include "io/tls_sessions.h"
#include "sip/transport/tls_identity.h"

namespace godwit::io {

enum class TlsRole { client, server };

/// What the far end of one handshake has to prove, and why it has not.
struct TlsProof {
  std::string
      domain;  ///< empty: that somebody trusted has signed for it will do (a listener's callers)
  std::string owner;  ///< the far end as messages call it
  sip::Wildcards wildcards = sip::Wildcards::refused;
  std::optional<Error> refusal;
};

/// Rules, certificates and sessions of all connections with the same options and role: TLS 1.2
/// and 1.3, without renegotiation, compression or early data.
class TlsContext {
 public:
  /// Reads the files. @return `Errc::tls_failed` when one cannot be read or used, naming it.
  static Result<std::shared_ptr<TlsContext>> make(const TlsOptions& options, TlsRole role);
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  /// A connection in the role of the context, its verdict going to `proof`. A client's names the
  /// domain to the server (RFC 6066 §3) and resumes a session where there is one. Both the context
  /// and `proof` must outlive it.
  [[nodiscard]] SslPtr connection(TlsProof& proof);
  /// What verification said during the handshake, or a resumed session let pass, is checked once
  /// more: the far end is who it should be, today.
  [[nodiscard]] std::optional<Error> check(SSL* ssl, const TlsProof& proof) const;

  [[nodiscard]] const TlsOptions& options() const { return options_; }
  [[nodiscard]] TlsRole role() const { return role_; }
  [[nodiscard]] const TlsSessions& sessions() const { return sessions_; }

 private:
  TlsContext(const TlsOptions& options, TlsRole role) : options_(options), role_(role) {}
  Result<void> set_up();
  Result<void> load_trust();
  Result<void> load_certificate();
  Result<void> open_key_log();
  static int on_new_session(SSL* ssl, SSL_SESSION* session);
  static void on_key(const SSL* ssl, const char* line);

  TlsOptions options_;
  TlsRole role_;
  TlsSessions sessions_;
  FileDescriptor key_log_;
  SslContextPtr context_;
};

/// One context for each value of options and role.
class TlsContexts {
 public:
  [[nodiscard]] Result<std::shared_ptr<TlsContext>> get(const TlsOptions& options, TlsRole role);
  /// No session is resumed that was begun before, and files are read anew.
  void forget() { contexts_.clear(); }

 private:
  std::vector<std::shared_ptr<TlsContext>> contexts_;
};

/// What OpenSSL last failed for, and forgets it: "tlsv1 alert protocol version".
[[nodiscard]] std::string take_tls_reason();

}  // namespace godwit::io
