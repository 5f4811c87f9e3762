// SPDX-License-Identifier: Apache-2.0
#include "net/hosts_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/address_of.h"

namespace godwit::net {
namespace {

using test::ip;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(HostsFile, GivesAllAddressesOfANameInTheFilesOrder) {
  const auto hosts =
      HostsFile::parse("10.9.0.2 sip.example.org sip\n2001:db8:9::2 sip.example.org\n");
  EXPECT_THAT(hosts.find("sip.example.org"), ElementsAre(ip("10.9.0.2"), ip("2001:db8:9::2")));
  EXPECT_THAT(hosts.find("sip"), ElementsAre(ip("10.9.0.2")));
}

TEST(HostsFile, NamesAreComparedWithoutCaseAndTrailingDot) {
  const auto hosts = HostsFile::parse("10.9.0.2\tSIP.Example.org");
  EXPECT_THAT(hosts.find("sip.example.ORG."), ElementsAre(ip("10.9.0.2")));
}

TEST(HostsFile, CommentsBlankLinesAndNonsenseArePassedOver) {
  const auto hosts = HostsFile::parse(
      "# 10.0.0.1 commented\n\n   \r\nnot-an-address name\nfe80::1%lo0 zoned\n"
      "10.9.0.2 a # b\r\n10.9.0.2 a\n");
  EXPECT_THAT(hosts.find("commented"), IsEmpty());
  EXPECT_THAT(hosts.find("name"), IsEmpty());
  EXPECT_THAT(hosts.find("zoned"), IsEmpty());
  EXPECT_THAT(hosts.find("b"), IsEmpty());
  EXPECT_THAT(hosts.find("a"), ElementsAre(ip("10.9.0.2")));
}

TEST(HostsFile, AnUnknownNameHasNoAddress) {
  EXPECT_THAT(HostsFile{}.find("sip.example.org"), IsEmpty());
  EXPECT_THAT(HostsFile::parse("10.9.0.2").find(""), IsEmpty());
}

}  // namespace
}  // namespace godwit::net
