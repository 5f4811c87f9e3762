// SPDX-License-Identifier: Apache-2.0
#include "io/tls_context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "support/certificates.h"

namespace godwit::io {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string failure_of(const TlsOptions& options, TlsRole role = TlsRole::server) {
  const auto made = TlsContext::make(options, role);
  if (made) return {};
  EXPECT_TRUE(made.error().code == Errc::tls_failed) << made.error().code.message();
  return made.error().detail;
}

class TlsContextTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(files_.made()) << "the openssl program makes them"; }

  const test::Certificates& files_ = test::Certificates::get();
};

TEST_F(TlsContextTest, ServerNeedsACertificateAndItsKey) {
  EXPECT_EQ(failure_of({}), "a TLS listener needs a certificate_file");
  EXPECT_THAT(failure_of({.certificate_file = files_.pem("server")}),
              HasSubstr("needs a private_key_file"));
  EXPECT_EQ(failure_of(files_.showing("server")), "");
}

TEST_F(TlsContextTest, ClientNeedsNothing) {
  EXPECT_EQ(failure_of({}, TlsRole::client), "");
  EXPECT_EQ(failure_of(files_.trusting(), TlsRole::client), "");
}

TEST_F(TlsContextTest, FileThatCannotBeReadIsNamedWithTheReason) {
  auto options = files_.showing("server");
  options.ca_file = "/gone/ca.pem";
  EXPECT_THAT(failure_of(options),
              AllOf(HasSubstr("ca_file /gone/ca.pem cannot be read"), HasSubstr("No such file")));
  options = files_.showing("server");
  options.certificate_file = "/gone/server.pem";
  EXPECT_THAT(failure_of(options),
              AllOf(HasSubstr("certificate_file /gone/server.pem"), HasSubstr("No such file")));
  options = files_.showing("server");
  options.private_key_file = "/gone/server.key";
  EXPECT_THAT(failure_of(options),
              AllOf(HasSubstr("private_key_file /gone/server.key"), HasSubstr("No such file")));
  options.private_key_file = files_.pem("server");
  EXPECT_THAT(failure_of(options), HasSubstr("cannot be read"));
}

TEST_F(TlsContextTest, KeyOfAnotherCertificateIsRefused) {
  auto options = files_.showing("server");
  options.private_key_file = files_.key("other");
  EXPECT_EQ(failure_of(options), "private_key_file " + files_.key("other") +
                                     " does not belong to certificate_file " +
                                     files_.pem("server"));
}

TEST_F(TlsContextTest, KeyWithAPassPhraseIsRefusedWithoutAsking) {
  auto options = files_.showing("server");
  options.private_key_file = files_.key("locked");
  EXPECT_THAT(failure_of(options), HasSubstr("locked.key cannot be read"));
}

TEST_F(TlsContextTest, KeyLogThatCannotBeWrittenIsNamed) {
  TlsOptions options;
  options.key_log_file = "/gone/keys.log";
  const auto made = TlsContext::make(options, TlsRole::client);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, std::errc::no_such_file_or_directory);
  EXPECT_THAT(made.error().detail, HasSubstr("/gone/keys.log"));
}

TEST_F(TlsContextTest, OneContextServesEqualOptionsAndRole) {
  TlsContexts contexts;
  const auto first = contexts.get(files_.showing("server"), TlsRole::client);
  EXPECT_EQ(*first, *contexts.get(files_.showing("server"), TlsRole::client));
  EXPECT_NE(*first, *contexts.get(files_.showing("server"), TlsRole::server));
  EXPECT_NE(*first, *contexts.get(files_.trusting(), TlsRole::client));
  contexts.forget();
  EXPECT_NE(*first, *contexts.get(files_.showing("server"), TlsRole::client));
}

TEST_F(TlsContextTest, FailureIsTriedAgain) {
  TlsContexts contexts;
  auto options = files_.trusting();
  options.ca_file = files_.file("later.pem");
  EXPECT_FALSE(contexts.get(options, TlsRole::client));
  std::ofstream(options.ca_file) << std::ifstream(files_.pem("ca")).rdbuf();
  EXPECT_TRUE(contexts.get(options, TlsRole::client));
}

}  // namespace
}  // namespace godwit::io
