// SPDX-License-Identifier: Apache-2.0
#include "io/tls_streams.h"

#include <gtest/gtest.h>

#include "io/tls_stream.h"
#include "support/certificates.h"
#include "support/serve_until.h"
#include "support/stream_ear.h"

namespace godwit::io {
namespace {

class TlsStreamsTest : public ::testing::Test {
 protected:
  // @return whether the session was an earlier one that went on.
  bool meet() {
    test::StreamEar client;
    test::StreamEar server;
    client.stream = *streams_.connect({.remote = door_.local()}, {trusting_, "sip.example.org"},
                                      client.handlers());
    EXPECT_TRUE(test::serve_until(loop_, [&] { return !door_.came.empty(); }));
    server.stream = *streams_.accept(std::move(door_.came[0]), {}, showing_, server.handlers());
    door_.came.clear();
    server.stream->write("200");  // comes after the tickets
    EXPECT_TRUE(test::serve_until(loop_, [&] { return client.heard == "200"; }));
    return dynamic_cast<TlsStream&>(*client.stream).resumed();
  }

  TlsOptions trusting_ = test::Certificates::get().trusting();
  TlsOptions showing_ = test::Certificates::get().showing("server");
  Loop loop_;
  TlsStreams streams_{loop_};
  test::StreamDoor door_{loop_, *net::IpAddress::parse("127.0.0.1")};
};

TEST_F(TlsStreamsTest, SessionsAreResumedUntilTheyAreForgotten) {
  EXPECT_FALSE(meet());
  EXPECT_TRUE(meet());
  streams_.forget_sessions();
  EXPECT_FALSE(meet());
}

TEST_F(TlsStreamsTest, ListenerIsCheckedBeforeAnybodyCalls) {
  EXPECT_TRUE(streams_.check_listener(showing_));
  EXPECT_FALSE(streams_.check_listener(trusting_));
}

}  // namespace
}  // namespace godwit::io
