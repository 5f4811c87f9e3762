// SPDX-License-Identifier: Apache-2.0
#include "io/tls_context.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <unistd.h>

#include <string_view>
#include <utility>

#include "io/certificate.h"
#include "io/system_error.h"
#include "net/ip_address.h"

namespace godwit::io {
namespace {

constexpr std::string_view kSessionContext = "godwit";  // OpenSSL wants one where clients are asked
constexpr int kOwnerOnly = 0600;

tl::unexpected<Error> failure(std::string what) {
  const std::string reason = take_tls_reason();
  if (!reason.empty()) what += ": " + reason;
  return fail(Errc::tls_failed, std::move(what));
}

// Without this OpenSSL asks for a pass phrase on the terminal.
int refuse_pass_phrase(char*, int, int, void*) {
  return -1;
}

std::optional<Error> name_failure(const X509* certificate, const TlsProof& proof) {
  if (proof.domain.empty()) return std::nullopt;
  if (sip::proves(names_of(certificate), proof.domain, proof.wildcards)) return std::nullopt;
  return Error{Errc::certificate_rejected, why_not_named(certificate, proof.owner)};
}

TlsProof& proof_of(const SSL* ssl) {
  return *static_cast<TlsProof*>(SSL_get_app_data(ssl));
}

// Called for each fault of the chain, and for each certificate without one, the far end's last. The
// name is looked at here so that a wrong one is told before our own certificate is.
int on_verify(int good, X509_STORE_CTX* chain) {
  const auto* const ssl = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx()));
  TlsProof& proof = proof_of(ssl);
  if (good == 0) {
    proof.refusal = Error{Errc::certificate_rejected, why_refused(chain, proof.owner)};
    return 0;
  }
  if (X509_STORE_CTX_get_error_depth(chain) != 0) return 1;
  proof.refusal = name_failure(X509_STORE_CTX_get_current_cert(chain), proof);
  if (!proof.refusal) return 1;
  X509_STORE_CTX_set_error(chain, X509_V_ERR_HOSTNAME_MISMATCH);
  return 0;
}

// RFC 6066 §3: no literal addresses, no trailing dot.
void name_the_server(SSL* ssl, std::string_view domain) {
  if (domain.ends_with('.')) domain.remove_suffix(1);
  if (domain.empty() || net::IpAddress::parse(domain)) return;
  static_cast<void>(SSL_set_tlsext_host_name(ssl, std::string(domain).c_str()));
}

}  // namespace

std::string take_tls_reason() {
  const unsigned long first = ERR_peek_error();
  ERR_clear_error();
  if (first == 0) return {};
  if (ERR_SYSTEM_ERROR(first)) {
    return std::error_code(ERR_GET_REASON(first), std::system_category()).message();
  }
  const char* const reason = ERR_reason_error_string(first);
  return reason != nullptr ? reason : "error " + std::to_string(ERR_GET_REASON(first));
}

Result<std::shared_ptr<TlsContext>> TlsContext::make(const TlsOptions& options, TlsRole role) {
  std::shared_ptr<TlsContext> made(new TlsContext(options, role));
  ERR_clear_error();
  if (auto done = made->set_up(); !done) return tl::unexpected<Error>(std::move(done.error()));
  return made;
}

Result<void> TlsContext::set_up() {
  const bool client = role_ == TlsRole::client;
  context_.reset(SSL_CTX_new(client ? TLS_client_method() : TLS_server_method()));
  SSL_CTX* const context = context_.get();
  if (context == nullptr || SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) != 1) {
    return failure("TLS cannot be set up");
  }
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  // An idle connection holds no record buffers; of a chain only what is in the file is shown.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN);
  SSL_CTX_set_app_data(context, this);
  if (client) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, &TlsContext::on_new_session);
  } else {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);  // tickets: the client keeps them
    SSL_CTX_set_session_id_context(context,
                                   reinterpret_cast<const unsigned char*>(kSessionContext.data()),
                                   static_cast<unsigned>(kSessionContext.size()));
  }
  // A server asks for the client's certificate and does without it.
  if (options_.verify) SSL_CTX_set_verify(context, SSL_VERIFY_PEER, &on_verify);
  if (auto done = load_trust(); !done) return done;
  if (auto done = load_certificate(); !done) return done;
  return open_key_log();
}

Result<void> TlsContext::load_trust() {
  if (!options_.verify) return {};
  const std::string& file = options_.ca_file;
  if (file.empty()) {
    if (SSL_CTX_set_default_verify_paths(context_.get()) == 1) return {};
    return failure("the system's certificate authorities cannot be read");
  }
  if (SSL_CTX_load_verify_file(context_.get(), file.c_str()) != 1) {
    return failure("ca_file " + file + " cannot be read");
  }
  if (role_ == TlsRole::server) {
    SSL_CTX_set_client_CA_list(context_.get(), SSL_load_client_CA_file(file.c_str()));
  }
  return {};
}

Result<void> TlsContext::load_certificate() {
  const std::string& certificate = options_.certificate_file;
  const std::string& key = options_.private_key_file;
  if (certificate.empty() && role_ == TlsRole::client) return {};
  if (certificate.empty()) return failure("a TLS listener needs a certificate_file");
  if (key.empty()) return failure("certificate_file " + certificate + " needs a private_key_file");
  SSL_CTX_set_default_passwd_cb(context_.get(), &refuse_pass_phrase);
  if (SSL_CTX_use_certificate_chain_file(context_.get(), certificate.c_str()) != 1) {
    return failure("certificate_file " + certificate + " cannot be read");
  }
  // Keys of one kind are compared when read, of two kinds afterwards.
  const bool read = SSL_CTX_use_PrivateKey_file(context_.get(), key.c_str(), SSL_FILETYPE_PEM) == 1;
  if (read && SSL_CTX_check_private_key(context_.get()) == 1) return {};
  if (!read && ERR_GET_LIB(ERR_peek_last_error()) != ERR_LIB_X509) {
    return failure("private_key_file " + key + " cannot be read");
  }
  ERR_clear_error();
  return failure("private_key_file " + key + " does not belong to certificate_file " + certificate);
}

Result<void> TlsContext::open_key_log() {
  const std::string& file = options_.key_log_file;
  if (file.empty()) return {};
  key_log_ = FileDescriptor(
      ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, kOwnerOnly));
  if (!key_log_) return system_failure(last_error(), "key_log_file " + file);
  SSL_CTX_set_keylog_callback(context_.get(), &TlsContext::on_key);
  return {};
}

void TlsContext::on_key(const SSL* ssl, const char* line) {
  const auto* const self =
      static_cast<const TlsContext*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  const std::string text = std::string(line) + "\n";
  // A disk that is full must not end calls.
  static_cast<void>(::write(self->key_log_.get(), text.data(), text.size()) < 0);
}

// @return 1: the session is ours from now on.
int TlsContext::on_new_session(SSL* ssl, SSL_SESSION* session) {
  auto* const self = static_cast<TlsContext*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  self->sessions_.keep(proof_of(ssl).domain, SslSessionPtr(session));
  return 1;
}

SslPtr TlsContext::connection(TlsProof& proof) {
  proof.wildcards = options_.allow_wildcards ? sip::Wildcards::allowed : sip::Wildcards::refused;
  SslPtr ssl(SSL_new(context_.get()));
  if (!ssl) return nullptr;
  SSL_set_app_data(ssl.get(), &proof);
  if (role_ == TlsRole::server) {
    SSL_set_accept_state(ssl.get());
    return ssl;
  }
  SSL_set_connect_state(ssl.get());
  name_the_server(ssl.get(), proof.domain);
  if (const auto session = sessions_.take(proof.domain)) {
    static_cast<void>(SSL_set_session(ssl.get(), session.get()));
  }
  return ssl;
}

std::optional<Error> TlsContext::check(SSL* ssl, const TlsProof& proof) const {
  if (!options_.verify) return std::nullopt;
  const X509* const certificate = SSL_get0_peer_certificate(ssl);
  if (certificate == nullptr) {
    if (role_ == TlsRole::server) return std::nullopt;
    return Error{Errc::certificate_rejected, proof.owner + " has shown no certificate"};
  }
  if (!is_current(certificate)) {
    return Error{Errc::certificate_rejected, "certificate of " + proof.owner + " (" +
                                                 describe(certificate) +
                                                 ") has expired since the session began"};
  }
  return name_failure(certificate, proof);
}

Result<std::shared_ptr<TlsContext>> TlsContexts::get(const TlsOptions& options, TlsRole role) {
  for (const auto& context : contexts_) {
    if (context->role() == role && context->options() == options) return context;
  }
  auto made = TlsContext::make(options, role);
  if (made) contexts_.push_back(*made);
  return made;
}

}  // namespace godwit::io
