// SPDX-License-Identifier: Apache-2.0
#include "lab/tls_decrypt.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>
#include <memory>

namespace godwit::lab {
namespace {

std::string& key_log() {
  static std::string lines;
  return lines;
}

/// A client or a server whose bytes go through memory.
class End {
 public:
  explicit End(const char* suites)
      : context_(SSL_CTX_new(TLS_method()), &SSL_CTX_free), ssl_(nullptr, &SSL_free) {
    SSL_CTX_set_ciphersuites(context_.get(), suites);
    SSL_CTX_set_keylog_callback(context_.get(), [](const SSL* /*ssl*/, const char* line) {
      key_log() += std::string(line) + "\n";
    });
  }
  void be_server() {
    EVP_PKEY* const key = EVP_EC_gen("P-256");
    X509* const certificate = X509_new();
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_sign(certificate, key, EVP_sha256());
    SSL_CTX_use_certificate(context_.get(), certificate);
    SSL_CTX_use_PrivateKey(context_.get(), key);
    X509_free(certificate);
    EVP_PKEY_free(key);
    make();
    SSL_set_accept_state(ssl_.get());
  }
  void be_client() {
    make();
    SSL_set_connect_state(ssl_.get());
  }
  void hear(const std::string& bytes) {
    BIO_write(SSL_get_rbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()));
    std::array<char, 1000> said{};
    SSL_read(ssl_.get(), said.data(), static_cast<int>(said.size()));
  }
  void shake() { SSL_do_handshake(ssl_.get()); }
  void say(std::string_view text) {
    SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size()));
  }
  std::string take() {
    std::string bytes(static_cast<std::size_t>(BIO_pending(SSL_get_wbio(ssl_.get()))), '\0');
    BIO_read(SSL_get_wbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()));
    return bytes;
  }

 private:
  void make() {
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  }
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
};

struct Recorded {
  TcpStream client;
  TcpStream server;
};

// A whole conversation: "ask" and "answer", as the wire has it.
Recorded converse(const char* suites) {
  key_log().clear();
  End client(suites);
  End server(suites);
  client.be_client();
  server.be_server();
  Recorded wire;
  std::int64_t time = 0;
  const auto carry = [&] {
    const std::string there = client.take();
    if (!there.empty()) wire.client.pieces.push_back({++time, there});
    if (!there.empty()) server.hear(there);
    const std::string back = server.take();
    if (!back.empty()) wire.server.pieces.push_back({++time, back});
    if (!back.empty()) client.hear(back);
  };
  client.shake();
  for (int i = 0; i < 4; ++i) carry();
  client.say("ask");
  carry();
  server.say("answer");
  carry();
  return wire;
}

class TlsDecryptTest : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Suites, TlsDecryptTest,
                         ::testing::Values("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
                                           "TLS_CHACHA20_POLY1305_SHA256"));

TEST_P(TlsDecryptTest, WithTheKeysBothSidesAreReadable) {
  Recorded wire = converse(GetParam());
  ASSERT_TRUE(decrypt_tls(wire.client, wire.server, TlsKeys::parse(key_log())));
  ASSERT_EQ(wire.client.pieces.size(), 1U);
  EXPECT_EQ(wire.client.pieces[0].bytes, "ask");
  ASSERT_EQ(wire.server.pieces.size(), 1U);
  EXPECT_EQ(wire.server.pieces[0].bytes, "answer");
}

TEST(TlsDecrypt, WithoutTheKeysNothingIsTouched) {
  Recorded wire = converse("TLS_AES_128_GCM_SHA256");
  const auto before = wire.client.pieces.size();
  EXPECT_FALSE(decrypt_tls(wire.client, wire.server, TlsKeys::parse("# none\nX zz 00\n")));
  EXPECT_EQ(wire.client.pieces.size(), before);
  EXPECT_TRUE(TlsKeys::read("/nowhere/keys").empty());
}

}  // namespace
}  // namespace godwit::lab
