// SPDX-License-Identifier: Apache-2.0
// The DTLS handshake of media against the openssl program, over UDP on the loopback interface.

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <sys/socket.h>

#include <cstdio>
#include <cstring>
#include <memory>

#include "crypto/dtls_association.h"
#include "crypto/dtls_context.h"
#include "interop/openssl_program.h"
#include "support/certificates.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using Association = crypto::DtlsAssociation;
using Clock = OpenSslProgram::Clock;
using Role = Association::Role;

TimePoint now() {
  return TimePoint{std::chrono::duration_cast<Duration>(Clock::now().time_since_epoch())};
}

/// A UDP socket on the loopback interface that talks to one far end.
class LoopbackSocket {
 public:
  LoopbackSocket() : socket_(::socket(AF_INET, SOCK_DGRAM, 0)) {
    sockaddr_in here = loopback(0);
    socklen_t size = sizeof here;
    if (::bind(socket_, reinterpret_cast<sockaddr*>(&here), size) != 0) std::abort();
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&here), &size);
    port_ = ntohs(here.sin_port);
  }
  ~LoopbackSocket() { ::close(socket_); }
  LoopbackSocket(const LoopbackSocket&) = delete;
  LoopbackSocket& operator=(const LoopbackSocket&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  void set_far_end(std::uint16_t port) { far_end_ = loopback(port); }
  void send(const std::vector<std::byte>& datagram) const {
    ::sendto(socket_, datagram.data(), datagram.size(), 0,
             reinterpret_cast<const sockaddr*>(&*far_end_), sizeof *far_end_);
  }
  /// The next datagram, or nothing by then. Whoever speaks first is the far end.
  std::optional<std::vector<std::byte>> receive(TimePoint until) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - now());
    pollfd ready{.fd = socket_, .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, static_cast<int>(std::max(left, 0ms).count())) <= 0) return std::nullopt;
    std::vector<std::byte> bytes(4'096);
    sockaddr_in from{};
    socklen_t size = sizeof from;
    const auto got = ::recvfrom(socket_, bytes.data(), bytes.size(), 0,
                                reinterpret_cast<sockaddr*>(&from), &size);
    if (got < 0) return std::nullopt;
    if (!far_end_) far_end_ = from;
    bytes.resize(static_cast<std::size_t>(got));
    return bytes;
  }

 private:
  static sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }

  int socket_;
  std::uint16_t port_ = 0;
  std::optional<sockaddr_in> far_end_;
};

std::vector<std::uint8_t> fingerprint_of_file(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "r"),
                                                             &std::fclose);
  if (!file) return {};
  const crypto::OpenSslPointer<X509, X509_free> certificate(
      PEM_read_X509(file.get(), nullptr, nullptr, nullptr));
  return certificate ? crypto::fingerprint_of(*certificate, "sha-256")
                     : std::vector<std::uint8_t>{};
}

std::string in_hexadecimal(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 0xfU];
  }
  return text;
}

class DtlsOpenSslTest : public ::testing::Test {
 protected:
  static constexpr std::size_t kKey = 16;
  static constexpr std::size_t kSalt = 12;
  static constexpr auto kPatience = 30s;

  void SetUp() override { ASSERT_TRUE(files_.made()) << "the openssl program makes them"; }

  std::vector<std::string> arguments(std::vector<std::string> words,
                                     const std::vector<std::string>& more) const {
    const std::vector<std::string> all{"-dtls1_2",
                                       "-cert",
                                       files_.pem("server"),
                                       "-key",
                                       files_.key("server"),
                                       "-keymatexport",
                                       "EXTRACTOR-dtls_srtp",
                                       "-keymatexportlen",
                                       "56"};
    words.insert(words.end(), all.begin(), all.end());
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  void start_server(const std::vector<std::string>& more = {}) {
    program_ = std::make_unique<OpenSslProgram>(
        arguments({"s_server", "-accept", "127.0.0.1:0", "-Verify", "1"}, more));
    const std::string port = program_->what_follows("ACCEPT 127.0.0.1:", Clock::now() + kPatience);
    ASSERT_FALSE(port.empty()) << program_->said();
    socket_.set_far_end(static_cast<std::uint16_t>(std::stoi(port)));
  }
  void start_client(const std::vector<std::string>& more = {}) {
    program_ = std::make_unique<OpenSslProgram>(
        arguments({"s_client", "-connect", "127.0.0.1:" + std::to_string(socket_.port())}, more));
  }
  void shake_hands(Role role, Association::Path path = Association::Path::unproven) {
    Association::Options options;
    options.role = role;
    options.expected = {{"sha-256", fingerprint_of_file(files_.pem("server"))}};
    options.profiles = {crypto::kSrtpAeadAes128Gcm};
    options.path = path;
    association_ =
        std::make_unique<Association>(std::move(*Association::make(certificate_, options, now())));
    run_until([this] { return association_->status() != Association::Status::shaking_hands; });
    ASSERT_EQ(association_->status(), Association::Status::established)
        << association_->reason() << "\n"
        << program_->said();
  }
  template <class Condition>
  void run_until(Condition condition) {
    const TimePoint end = now() + kPatience;
    flush();
    while (!condition() && now() < end) {
      const auto datagram =
          socket_.receive(std::min(end, association_->next_deadline().value_or(end)));
      if (datagram && ++heard_ > lose_) association_->on_datagram(*datagram, now());
      association_->on_timeout(now());
      flush();
    }
  }
  void flush() {
    while (const auto datagram = association_->poll()) {
      largest_ = std::max(largest_, datagram->size());
      if (++sent_ > lose_) socket_.send(*datagram);
    }
  }
  /// RFC 5764 §4.2: as the exporter gives them.
  void expect_same_keys(Role role) {
    const auto keys = association_->keys().value();
    const auto& client = role == Role::client ? keys.send : keys.receive;
    const auto& server = role == Role::client ? keys.receive : keys.send;
    ASSERT_EQ(client.size(), kKey + kSalt);
    const auto key = [](const auto& whole) { return in_hexadecimal(std::span(whole).first(kKey)); };
    const auto salt = [](const auto& whole) {
      return in_hexadecimal(std::span(whole).last(kSalt));
    };
    EXPECT_EQ(program_->what_follows("    Keying material: ", Clock::now() + kPatience),
              key(client) + key(server) + salt(client) + salt(server));
    EXPECT_THAT(program_->said(), HasSubstr("SRTP_AEAD_AES_128_GCM"));
  }

  const Certificates& files_ = Certificates::get();
  crypto::DtlsCertificate certificate_ = crypto::DtlsCertificate::make().value();
  LoopbackSocket socket_;
  std::unique_ptr<OpenSslProgram> program_;
  std::unique_ptr<Association> association_;
  std::size_t largest_ = 0;
  int lose_ = 0, heard_ = 0, sent_ = 0;
};

const std::vector<std::string> kSrtp{"-use_srtp", "SRTP_AEAD_AES_128_GCM"};

TEST_F(DtlsOpenSslTest, AsClientTheKeysAreThoseOfItsServer) {
  start_server(kSrtp);
  shake_hands(Role::client);
  expect_same_keys(Role::client);
}

TEST_F(DtlsOpenSslTest, AsServerTheKeysAreThoseOfItsClient) {
  start_client(kSrtp);
  shake_hands(Role::server);
  expect_same_keys(Role::server);
}

TEST_F(DtlsOpenSslTest, AsServerWithoutCookiesToo) {
  start_client(kSrtp);
  shake_hands(Role::server, Association::Path::proven);
  expect_same_keys(Role::server);
}

TEST_F(DtlsOpenSslTest, AsClientACookieIsShown) {
  start_server({"-use_srtp", "SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_128_GCM", "-listen"});
  shake_hands(Role::client);
  expect_same_keys(Role::client);
}

TEST_F(DtlsOpenSslTest, MessagesInManyPiecesArePutTogether) {
  start_server({"-use_srtp", "SRTP_AEAD_AES_128_GCM", "-mtu", "256"});
  shake_hands(Role::client);
  expect_same_keys(Role::client);
  EXPECT_GE(heard_, 5);
  EXPECT_LE(largest_, 1'200U);
}

TEST_F(DtlsOpenSslTest, WhatIsLostIsSentAgainByBoth) {
  lose_ = 1;
  start_server(kSrtp);
  shake_hands(Role::client);
  expect_same_keys(Role::client);
}

TEST_F(DtlsOpenSslTest, WhenTheFarEndClosesTheKeysGo) {
  start_client(kSrtp);
  shake_hands(Role::server);
  expect_same_keys(Role::server);
  program_->say("Q\n");
  run_until([this] { return association_->status() == Association::Status::closed; });
  EXPECT_EQ(association_->status(), Association::Status::closed);
  EXPECT_FALSE(association_->keys());
}

TEST_F(DtlsOpenSslTest, AFarEndWithoutSrtpGivesNoKeys) {
  start_server();
  Association::Options options;
  options.expected = {{"sha-256", fingerprint_of_file(files_.pem("server"))}};
  association_ =
      std::make_unique<Association>(std::move(*Association::make(certificate_, options, now())));
  run_until([this] { return association_->status() != Association::Status::shaking_hands; });
  EXPECT_EQ(association_->status(), Association::Status::failed);
  EXPECT_THAT(association_->reason(), HasSubstr("no protection profile"));
}

}  // namespace
}  // namespace godwit::test
