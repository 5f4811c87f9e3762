// SPDX-License-Identifier: Apache-2.0
#include "io/dns_servers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <net/if.h>

#include <filesystem>
#include <fstream>

#include "support/address_of.h"

namespace godwit::io {
namespace {

using test::at;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class DnsServersTest : public ::testing::Test {
 protected:
  ~DnsServersTest() override { std::filesystem::remove(path_); }
  void write(const std::string& text) { std::ofstream(path_) << text; }

  std::string path_ = ::testing::TempDir() + "godwit-resolv-conf-" +
                      ::testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(DnsServersTest, GivenOnesOutrankTheSystems) {
  write("nameserver 192.0.2.9\n");
  DnsServers servers({"192.0.2.1", "nonsense", "[2001:db8::1]:5353"}, path_);
  EXPECT_THAT(servers.current(), ElementsAre(at("192.0.2.1:53"), at("[2001:db8::1]:5353")));
  EXPECT_THAT(DnsServers({"nonsense"}, path_).current(), IsEmpty());
}

TEST_F(DnsServersTest, SystemsAreReadAgainWhenTheirFileChanges) {
  write("nameserver 192.0.2.1\nnameserver 2001:db8::1\n");
  DnsServers servers({}, path_);
  EXPECT_THAT(servers.current(), ElementsAre(at("192.0.2.1:53"), at("[2001:db8::1]:53")));
  write("nameserver 192.0.2.2\n");
  EXPECT_THAT(servers.current(), ElementsAre(at("192.0.2.2:53")));
}

TEST_F(DnsServersTest, WithoutAFileThisHostIsAsked) {
  EXPECT_THAT(DnsServers({}, path_).current(), ElementsAre(at("127.0.0.1:53")));
}

TEST_F(DnsServersTest, TheOneThatAnsweredLastComesFirstUntilTheNetworkChanges) {
  write("nameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver 192.0.2.3\n");
  DnsServers servers({}, path_);
  servers.current();
  servers.prefer(at("192.0.2.3:53"));
  servers.prefer(at("192.0.2.9:53"));
  EXPECT_THAT(servers.current(),
              ElementsAre(at("192.0.2.3:53"), at("192.0.2.1:53"), at("192.0.2.2:53")));
  servers.reread();
  EXPECT_THAT(servers.current(),
              ElementsAre(at("192.0.2.1:53"), at("192.0.2.2:53"), at("192.0.2.3:53")));
}

TEST_F(DnsServersTest, LinkLocalServerKeepsItsInterface) {
  DnsServers servers({"fe80::53%lo", "fe80::53%7"}, path_);
  const auto& current = servers.current();
  ASSERT_EQ(current.size(), 2U);
  EXPECT_EQ(current[0].address.scope(), ::if_nametoindex("lo"));
  EXPECT_EQ(current[1].address.scope(), 7U);
}

}  // namespace
}  // namespace godwit::io
