// SPDX-License-Identifier: Apache-2.0
#include "io/tls_sessions.h"

#include <gtest/gtest.h>

#include <array>

#include "base/limits.h"

namespace godwit::io {
namespace {

// One that could be resumed, made `age` seconds ago.
SslSessionPtr session(long age = 0) {
  SslSessionPtr made(SSL_SESSION_new());
  const std::array<unsigned char, 4> id{1, 2, 3, 4};
  SSL_SESSION_set1_id(made.get(), id.data(), id.size());
  SSL_SESSION_set_timeout(made.get(), 300);
  SSL_SESSION_set_time(made.get(), SSL_SESSION_get_time(made.get()) - age);
  return made;
}

TEST(TlsSessionsTest, SessionIsGivenOutOnceForItsName) {
  TlsSessions sessions;
  sessions.keep("sip.example.org", session());
  EXPECT_FALSE(sessions.take("sip.example.net"));
  EXPECT_TRUE(sessions.take("sip.example.org"));
  EXPECT_FALSE(sessions.take("sip.example.org"));
}

TEST(TlsSessionsTest, NewestIsUsedFirst) {
  TlsSessions sessions;
  SslSessionPtr first = session();
  SslSessionPtr second = session();
  const SSL_SESSION* const newest = second.get();
  sessions.keep("sip.example.org", std::move(first));
  sessions.keep("sip.example.org", std::move(second));
  EXPECT_EQ(sessions.take("sip.example.org").get(), newest);
}

TEST(TlsSessionsTest, SessionThatIsTooOldIsNotUsed) {
  TlsSessions sessions;
  sessions.keep("sip.example.org", session(290));
  EXPECT_TRUE(sessions.take("sip.example.org"));
  sessions.keep("sip.example.org", session(310));
  EXPECT_FALSE(sessions.take("sip.example.org"));
}

TEST(TlsSessionsTest, TicketsOfOneNameHaveALimit) {
  for (const std::size_t count :
       {limits::kTlsTickets, limits::kTlsTickets + 1, 10 * limits::kTlsTickets}) {
    TlsSessions sessions;
    for (std::size_t i = 0; i < count; ++i) sessions.keep("sip.example.org", session());
    EXPECT_EQ(sessions.count("sip.example.org"), limits::kTlsTickets);
  }
}

TEST(TlsSessionsTest, NamesHaveALimit) {
  TlsSessions sessions;
  for (std::size_t i = 0; i < TlsSessions::kNames; ++i) sessions.keep(std::to_string(i), session());
  EXPECT_EQ(sessions.count("0"), 1U);
  sessions.keep("one more", session());
  EXPECT_EQ(sessions.count("0"), 0U);
  EXPECT_EQ(sessions.count("one more"), 1U);
}

}  // namespace
}  // namespace godwit::io
