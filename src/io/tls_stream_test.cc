// SPDX-License-Identifier: Apache-2.0
#include "io/tls_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/limits.h"
#include "support/certificates.h"
#include "support/serve_until.h"
#include "support/stream_ear.h"

namespace godwit::io {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class TlsStreamTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(files_.made()) << "the openssl program makes them";
    ASSERT_TRUE(door_.listener);
  }

  std::shared_ptr<TlsContext> context(const TlsOptions& options, TlsRole role) {
    auto made = contexts_.get(options, role);
    EXPECT_TRUE(made) << made.error().detail;
    return *made;
  }
  void dial(const TlsOptions& options, const std::string& name = "sip.example.org") {
    client_ = {};
    client_.stream =
        TlsStream::connect(loop_, {.remote = door_.local()},
                           {context(options, TlsRole::client), name, limit_}, client_.handlers());
  }
  // The next who comes is answered with this certificate.
  void answer(const TlsOptions& options) {
    ASSERT_TRUE(test::serve_until(loop_, [&] { return !door_.came.empty(); }));
    server_ = {};
    server_.stream =
        TlsStream::accept(loop_, std::move(door_.came.back()), {},
                          {context(options, TlsRole::server), {}, limit_}, server_.handlers());
    door_.came.clear();
  }
  // Until both are open, or the client has ended.
  void settle() {
    ASSERT_TRUE(test::serve_until(loop_, [&] {
      return !client_.ends.empty() || (client_.opened > 0 && server_.opened > 0);
    }));
  }
  void meet(const std::string& certificate, const TlsOptions& client,
            const std::string& name = "sip.example.org") {
    dial(client, name);
    answer(files_.showing(certificate));
    settle();
  }
  // What the client says of a server with this certificate; "" when they get on.
  std::string refusal(const std::string& certificate, const std::string& name = "sip.example.org") {
    meet(certificate, files_.trusting(), name);
    if (client_.ends.empty()) return {};
    EXPECT_EQ(client_.opened, 0);
    EXPECT_EQ(client_.end_code(), Errc::certificate_rejected);
    EXPECT_TRUE(test::serve_until(loop_, [&] { return !server_.ends.empty(); }));
    EXPECT_EQ(server_.opened, 0) << "the server is told before it is believed";
    return client_.ends[0].detail;
  }
  [[nodiscard]] bool resumed() const {
    return dynamic_cast<const TlsStream&>(*client_.stream).resumed();
  }
  [[nodiscard]] std::size_t tickets(const TlsOptions& options) {
    return context(options, TlsRole::client)->sessions().count("sip.example.org");
  }
  // Tickets of TLS 1.3 come after the handshake.
  void wait_for_ticket() {
    ASSERT_TRUE(test::serve_until(loop_, [&] { return tickets(files_.trusting()) > 0; }));
  }

  const test::Certificates& files_ = test::Certificates::get();
  Loop loop_;
  TlsContexts contexts_;
  Duration limit_ = std::chrono::seconds{10};
  test::StreamDoor door_{loop_, *net::IpAddress::parse("127.0.0.1")};
  test::StreamEar client_;
  test::StreamEar server_;
};

TEST_F(TlsStreamTest, BytesGoBothWaysOverTls13) {
  meet("server", files_.trusting());
  client_.stream->write("REGISTER");
  server_.stream->write("200");
  EXPECT_TRUE(test::serve_until(
      loop_, [&] { return server_.heard == "REGISTER" && client_.heard == "200"; }));
  EXPECT_EQ(dynamic_cast<TlsStream&>(*client_.stream).version(), "TLSv1.3");
}

TEST_F(TlsStreamTest, WhatIsWrittenBeforeTheHandshakeFollowsIt) {
  dial(files_.trusting());
  client_.stream->write("early");
  answer(files_.showing("server"));
  EXPECT_TRUE(test::serve_until(loop_, [&] { return server_.heard == "early"; }));
}

TEST_F(TlsStreamTest, NameOfTheDomainInAnyKindThatCountsIsEnough) {
  EXPECT_EQ(refusal("server"), "");
  EXPECT_EQ(refusal("domain", "example.org"), "");
  EXPECT_EQ(refusal("common_name"), "");
  EXPECT_EQ(refusal("addresses", "127.0.0.1"), "");
  EXPECT_EQ(refusal("addresses", "::1"), "");
}

TEST_F(TlsStreamTest, ServerIsToldWhichNameIsMeantUnlessItIsALiteral) {
  const auto hello_to = [&](const std::string& name) {
    dial(files_.trusting(), name);
    std::string hello;
    EXPECT_TRUE(test::serve_until(loop_, [&] {
      if (!door_.came.empty()) hello += test::read_now(door_.came.back().fd.get());
      return !hello.empty();
    }));
    door_.came.clear();
    return hello;
  };
  EXPECT_THAT(hello_to("sip.example.org"), HasSubstr("sip.example.org"));
  EXPECT_THAT(hello_to("192.0.2.1"), ::testing::Not(HasSubstr("192.0.2.1")));
  EXPECT_THAT(hello_to("2001:db8::1"), ::testing::Not(HasSubstr("2001:db8")));
}

TEST_F(TlsStreamTest, T33_WrongNameIsRefusedInASentence) {
  EXPECT_THAT(refusal("other"), AllOf(HasSubstr("CN = sip.example.net"),
                                      HasSubstr("names sip.example.net, not sip.example.org")));
  EXPECT_THAT(refusal("domain", "sip.example.org"), HasSubstr("not sip.example.org"))
      << "a sip URI decides alone (RFC 5922 §7.1)";
  EXPECT_THAT(refusal("server", "127.0.0.1"), HasSubstr("not 127.0.0.1"));
  EXPECT_THAT(refusal("nul"), HasSubstr("\\x00"));
}

TEST_F(TlsStreamTest, WildcardCountsOnlyWhereItIsAllowed) {
  EXPECT_THAT(refusal("wildcard"), HasSubstr("names *.example.org, not sip.example.org"));
  auto allowing = files_.trusting();
  allowing.allow_wildcards = true;
  meet("wildcard", allowing);
  EXPECT_EQ(client_.opened, 1);
}

TEST_F(TlsStreamTest, DaysOfUseAreSaid) {
  EXPECT_EQ(refusal("expired"),
            "certificate of sip.example.org (O = Example, CN = sip.example.org, issued by O = "
            "Example, CN = Example test authority) expired on 2021-01-01");
  EXPECT_THAT(refusal("future"), HasSubstr("is not valid before 2090-01-01"));
}

TEST_F(TlsStreamTest, IssuerWhomNobodyTrustsIsSaid) {
  EXPECT_THAT(refusal("self_signed"), HasSubstr("is not trusted: self-signed certificate"));
  auto other = files_.trusting();
  other.ca_file = files_.pem("stranger");
  meet("server", other);
  EXPECT_EQ(client_.end_code(), Errc::certificate_rejected);
  EXPECT_THAT(client_.ends[0].detail, HasSubstr("unable to get local issuer certificate"));
}

TEST_F(TlsStreamTest, SystemDoesNotTrustTheTestAuthority) {
  meet("server", {});
  EXPECT_EQ(client_.end_code(), Errc::certificate_rejected);
}

TEST_F(TlsStreamTest, WithoutVerificationAnyCertificateWillDo) {
  for (const std::string certificate : {"self_signed", "expired", "other"}) {
    meet(certificate, {.verify = false});
    EXPECT_EQ(client_.opened, 1) << certificate;
  }
}

TEST_F(TlsStreamTest, ClientShowsItsCertificateToAServerThatTrustsTheIssuer) {
  meet("server", files_.showing("client"));
  EXPECT_EQ(server_.opened, 1);
}

TEST_F(TlsStreamTest, ServerRefusesACertificateOfWhomItDoesNotTrust) {
  auto stranger = files_.showing("stranger");
  meet("server", stranger);
  ASSERT_TRUE(
      test::serve_until(loop_, [&] { return !client_.ends.empty() && !server_.ends.empty(); }));
  EXPECT_EQ(server_.opened, 0);
  EXPECT_EQ(server_.end_code(), Errc::certificate_rejected) << server_.ends[0].detail;
  EXPECT_EQ(client_.end_code(), Errc::tls_failed) << client_.ends[0].detail;
}

TEST_F(TlsStreamTest, SecondConnectionResumesTheSession) {
  meet("server", files_.trusting());
  EXPECT_FALSE(resumed());
  wait_for_ticket();
  meet("server", files_.trusting());
  EXPECT_TRUE(resumed());
  EXPECT_EQ(client_.opened, 1);
}

TEST_F(TlsStreamTest, SessionIsNotResumedForAnotherName) {
  meet("server", files_.trusting());
  wait_for_ticket();
  EXPECT_THAT(refusal("server", "sip.example.net"), HasSubstr("not sip.example.net"));
}

TEST_F(TlsStreamTest, EachTicketIsUsedOnce) {
  meet("server", files_.trusting());
  wait_for_ticket();
  loop_.poll(std::chrono::milliseconds{5});
  const std::size_t before = tickets(files_.trusting());
  dial(files_.trusting());
  EXPECT_EQ(tickets(files_.trusting()), before - 1);
}

TEST_F(TlsStreamTest, ForgottenSessionIsNotResumed) {
  meet("server", files_.trusting());
  wait_for_ticket();
  contexts_.forget();
  meet("server", files_.trusting());
  EXPECT_FALSE(resumed());
}

TEST_F(TlsStreamTest, SecretsAreLoggedOnlyWhenAsked) {
  auto logging = files_.trusting();
  logging.key_log_file = files_.file("keys.log");
  meet("server", files_.trusting());
  EXPECT_FALSE(std::filesystem::exists(logging.key_log_file));
  meet("server", logging);
  std::ostringstream text;
  text << std::ifstream(logging.key_log_file).rdbuf();
  EXPECT_THAT(text.str(), HasSubstr("CLIENT_TRAFFIC_SECRET_0 "));
  EXPECT_EQ(std::filesystem::status(logging.key_log_file).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(TlsStreamTest, MegabyteArrivesWhole) {
  meet("server", files_.trusting());
  std::string text;
  while (text.size() < limits::kStreamSendQueue / 2) text += std::to_string(text.size()) + " ";
  client_.stream->write(text);
  server_.stream->write(text);
  ASSERT_TRUE(test::serve_until(loop_, [&] {
    return client_.heard.size() == text.size() && server_.heard.size() == text.size();
  }));
  EXPECT_TRUE(client_.heard == text && server_.heard == text);
}

TEST_F(TlsStreamTest, FarEndThatClosesIsTold) {
  meet("server", files_.trusting());
  int gone = 0;
  server_.stream->write("bye");
  server_.stream->finish([&] { ++gone; });
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !client_.ends.empty(); }));
  EXPECT_EQ(client_.heard, "bye");
  EXPECT_EQ(client_.end_code(), Errc::connection_closed);
  EXPECT_TRUE(test::serve_until(loop_, [&] { return gone == 1; }));
  EXPECT_THAT(server_.ends, IsEmpty());
}

TEST_F(TlsStreamTest, T32_ServerThatNeverAnswersEndsTheAttemptInTime) {
  limit_ = std::chrono::milliseconds{50};
  dial(files_.trusting());
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !client_.ends.empty(); }));
  EXPECT_EQ(client_.end_code(), Errc::timed_out);
  EXPECT_THAT(client_.ends[0].detail, HasSubstr("handshake"));
  EXPECT_EQ(client_.opened, 0);
}

TEST_F(TlsStreamTest, CallerThatNeverSpeaksEndsInTime) {
  limit_ = std::chrono::milliseconds{50};
  test::StreamEar silent;
  silent.stream = StreamSocket::connect(loop_, {.remote = door_.local()}, silent.handlers());
  answer(files_.showing("server"));
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !server_.ends.empty(); }));
  EXPECT_EQ(server_.end_code(), Errc::timed_out);
}

TEST_F(TlsStreamTest, NobodyThereIsUnreachable) {
  const auto nobody = door_.local();
  door_.listener.reset();
  client_.stream = TlsStream::connect(
      loop_, {.remote = nobody}, {context(files_.trusting(), TlsRole::client), "sip.example.org"},
      client_.handlers());
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !client_.ends.empty(); }));
  EXPECT_EQ(client_.end_code(), Errc::unreachable);
}

TEST_F(TlsStreamTest, FarEndThatSpeaksNoTlsFailsTheHandshake) {
  dial(files_.trusting());
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !door_.came.empty(); }));
  const std::string text = "SIP/2.0 400 Bad Request\r\n\r\n";
  ASSERT_GT(::send(door_.came[0].fd.get(), text.data(), text.size(), 0), 0);
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !client_.ends.empty(); }));
  EXPECT_EQ(client_.end_code(), Errc::tls_failed);
  EXPECT_THAT(client_.ends[0].detail, HasSubstr("wrong version number"));
}

TEST_F(TlsStreamTest, FarEndThatHangsUpFailsTheHandshake) {
  dial(files_.trusting());
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !door_.came.empty(); }));
  door_.came.clear();
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !client_.ends.empty(); }));
  EXPECT_FALSE(client_.end_code() == Errc::connection_closed) << client_.ends[0].detail;
}

// A ClientHello of TLS 1.1 with one cipher and no extensions.
std::string old_client_hello() {
  const std::string body = std::string("\x03\x02", 2) + std::string(32, 'r') +
                           std::string(1, '\0') + std::string("\x00\x02\xc0\x13\x01\x00", 6);
  const std::string hello = std::string("\x01\x00\x00", 3) + static_cast<char>(body.size()) + body;
  return std::string("\x16\x03\x01\x00", 4) + static_cast<char>(hello.size()) + hello;
}

TEST_F(TlsStreamTest, ClientOfTls11IsRefused) {
  test::StreamEar old;
  old.stream = StreamSocket::connect(loop_, {.remote = door_.local()}, old.handlers());
  answer(files_.showing("server"));
  old.stream->write(old_client_hello());
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !old.ends.empty(); }));
  EXPECT_EQ(server_.end_code(), Errc::tls_failed);
  EXPECT_THAT(server_.ends[0].detail, HasSubstr("unsupported protocol"));
  ASSERT_THAT(old.heard, SizeIs(7));
  EXPECT_EQ(old.heard.substr(5), "\x02\x46") << "fatal: protocol_version";
}

TEST_F(TlsStreamTest, ServerOfTls11IsRefused) {
  dial(files_.trusting());
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !door_.came.empty(); }));
  const std::string body = std::string("\x03\x02", 2) + std::string(32, 'r') +
                           std::string(1, '\0') + std::string("\xc0\x13\x00", 3);
  const std::string hello = std::string("\x02\x00\x00", 3) + static_cast<char>(body.size()) + body;
  const std::string record =
      std::string("\x16\x03\x02\x00", 4) + static_cast<char>(hello.size()) + hello;
  ASSERT_GT(::send(door_.came[0].fd.get(), record.data(), record.size(), 0), 0);
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !client_.ends.empty(); }));
  EXPECT_EQ(client_.end_code(), Errc::tls_failed);
  EXPECT_THAT(client_.ends[0].detail, HasSubstr("unsupported protocol"));
}

TEST_F(TlsStreamTest, T104_DestroyedWhileItConnectsShakesHandsOrIsOpenTellsNothingMore) {
  dial(files_.trusting());
  client_.stream.reset();
  dial(files_.trusting());
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !door_.came.empty(); }));
  loop_.poll({});  // the ClientHello is out
  client_.stream.reset();
  EXPECT_EQ(client_.opened, 0);
  door_.came.clear();

  meet("server", files_.trusting());
  server_.stream->write("unheard");
  client_.stream->write("heard");
  client_.stream.reset();
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !server_.ends.empty(); }));
  EXPECT_EQ(client_.heard, "");
  EXPECT_THAT(client_.ends, IsEmpty());

  meet("server", files_.trusting());
  client_.stream->finish([] { FAIL() << "the stream is gone"; });
  client_.stream.reset();
  loop_.poll(std::chrono::milliseconds{5});
}

TEST_F(TlsStreamTest, T104_MayBeDestroyedByEachOfItsHandlers) {
  for (const std::string_view where : {"open", "bytes", "end"}) {
    bool destroyed = false;
    const auto destroy = [&](std::string_view here) {
      if (here != where) return;
      client_.stream.reset();
      destroyed = true;
    };
    StreamHandlers handlers{.on_open = [&] { destroy("open"); },
                            .on_bytes = [&](std::string_view) { destroy("bytes"); },
                            .on_end = [&](const Error&) { destroy("end"); }};
    client_.stream = TlsStream::connect(
        loop_, {.remote = door_.local()},
        {context(files_.trusting(), TlsRole::client), "sip.example.org"}, std::move(handlers));
    answer(files_.showing("server"));
    server_.stream->write(std::string(100'000, 'x'));
    ASSERT_TRUE(test::serve_until(loop_, [&] { return server_.opened > 0 || destroyed; }));
    server_.stream->finish([] {});
    ASSERT_TRUE(test::serve_until(loop_, [&] { return destroyed; })) << where;
    loop_.poll(std::chrono::milliseconds{2});
  }
}

TEST_F(TlsStreamTest, TwoHundredConnectionsLeakNothing) {
  const std::size_t before = test::open_descriptors();
  for (int i = 0; i < 200; ++i) {
    meet("server", files_.trusting());
    ASSERT_EQ(client_.opened, 1);
  }
  client_ = {};
  server_ = {};
  loop_.poll({});
  EXPECT_EQ(test::open_descriptors(), before);
}

}  // namespace
}  // namespace godwit::io
