// SPDX-License-Identifier: Apache-2.0
#include "transport_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string complaint_about(const TransportSettings& settings) {
  UserAgentOptions options;
  const auto applied = apply(settings, options);
  return applied ? "" : applied.error().detail;
}

TEST(TransportSettings, DnsServersGetTheirPort) {
  TransportSettings settings;
  settings.dns = {"192.0.2.53", "2001:db8::53", "[2001:db8::53]", "192.0.2.1:5353",
                  "[2001:db8::1]:5353"};
  EXPECT_THAT(*dns_servers(settings),
              ElementsAre("192.0.2.53:53", "[2001:db8::53]:53", "[2001:db8::53]:53",
                          "192.0.2.1:5353", "[2001:db8::1]:5353"));
  for (const char* const wrong : {"dns.example.org", "192.0.2.1:0", "192.0.2.1:dns", ""}) {
    settings.dns = {wrong};
    EXPECT_THAT(complaint_about(settings), HasSubstr("--dns")) << wrong;
  }
}

TEST(TransportSettings, F47_OneOfTheFiveWaysToUseTheFamilies) {
  TransportSettings settings;
  EXPECT_EQ(*families(settings), FamilyUse::any);
  settings.prefer_v4 = true;
  EXPECT_EQ(*families(settings), FamilyUse::prefer_v4);
  settings.only_v6 = true;
  EXPECT_THAT(complaint_about(settings), HasSubstr("exclude each other"));
  settings.prefer_v4 = false;
  EXPECT_EQ(*families(settings), FamilyUse::only_v6);

  UserAgentOptions options;
  ASSERT_TRUE(apply(settings, options));
  EXPECT_EQ(options.transport.families, FamilyUse::only_v6);
  EXPECT_EQ(options.media_families, FamilyUse::only_v6);
}

TEST(TransportSettings, AddressesAreLiteral) {
  TransportSettings settings;
  settings.bind.address = "eth0";
  EXPECT_THAT(complaint_about(settings), HasSubstr("--bind eth0"));
  settings.bind.address = "2001:db8::1";
  settings.public_addresses = {"192.0.2.1", "[2001:DB8::0:2]"};
  settings.dscp = 24;
  settings.stun_server = "stun.example.org";
  UserAgentOptions options;
  ASSERT_TRUE(apply(settings, options));
  EXPECT_EQ(options.transport.bind.public_address_v4, "192.0.2.1");
  EXPECT_EQ(options.transport.bind.public_address_v6, "2001:db8::2");
  EXPECT_EQ(options.transport.bind.dscp, 24);
  EXPECT_EQ(options.stun_server, "stun.example.org");
  settings.public_addresses = {"pbx.example.org"};
  EXPECT_THAT(complaint_about(settings), HasSubstr("--public-address"));
}

TEST(TransportSettings, KeepAlivesHaveIntervals) {
  TransportSettings settings;
  UserAgentOptions options;
  ASSERT_TRUE(apply(settings, options));
  EXPECT_EQ(options.transport.stream_keep_alive, UserAgentOptions{}.transport.stream_keep_alive);
  EXPECT_EQ(options.transport.udp_keep_alive, UserAgentOptions{}.transport.udp_keep_alive);
  settings.stream_keep_alive = 0;
  settings.udp_keep_alive = 90;
  settings.udp_keep_alive_longest = 600;
  ASSERT_TRUE(apply(settings, options));
  EXPECT_EQ(options.transport.stream_keep_alive, std::chrono::seconds{0});
  EXPECT_EQ(options.transport.udp_keep_alive, std::chrono::seconds{90});
  EXPECT_EQ(options.transport.udp_keep_alive_longest, std::chrono::seconds{600});
}

TEST(TransportSettings, InterfacesAreGivenAUse) {
  TransportSettings settings;
  settings.interface_use = {"wifi=prefer", "lte0=last-resort", "wg*=never", "eth0=standby"};
  settings.metered = {"ww*"};
  settings.no_warm_standby = true;
  UserAgentOptions options;
  ASSERT_TRUE(apply(settings, options));
  ASSERT_EQ(options.network.interfaces.size(), 4U);
  EXPECT_EQ(options.network.interfaces[0].match, "wifi");
  EXPECT_EQ(options.network.interfaces[0].use, InterfaceUse::prefer);
  EXPECT_EQ(options.network.interfaces[1].use, InterfaceUse::last_resort);
  EXPECT_EQ(options.network.interfaces[2].use, InterfaceUse::never);
  EXPECT_EQ(options.network.interfaces[3].use, InterfaceUse::standby);
  EXPECT_EQ(options.network.metered, std::vector<std::string>{"ww*"});
  EXPECT_FALSE(options.network.warm_standby);
  for (const char* const wrong : {"wifi", "=prefer", "wifi=", "wifi=always"}) {
    settings.interface_use = {wrong};
    EXPECT_THAT(complaint_about(settings), HasSubstr("--interface-use")) << wrong;
  }
}

TEST(TransportSettings, ListenersNameTransportAddressAndPort) {
  TransportSettings settings;
  settings.listen = {"tcp:192.0.2.1:5060", "tcp:[::]:0"};
  UserAgentOptions options;
  ASSERT_TRUE(apply(settings, options));
  ASSERT_EQ(options.transport.listeners.size(), 2U);
  EXPECT_EQ(options.transport.listeners[1].transport, ListenOptions::Transport::tcp);
  EXPECT_EQ(options.transport.listeners[1].address, "[::]:0");
  for (const char* const wrong : {"udp:192.0.2.1:5060", "tcp", "tcp:192.0.2.1", "tcp:host:5060"}) {
    settings.listen = {wrong};
    EXPECT_THAT(complaint_about(settings), HasSubstr("--listen")) << wrong;
  }
  settings.listen = {"tls:[::]:5061"};
  EXPECT_THAT(complaint_about(settings), HasSubstr("--tls-cert"));
}

TEST(TransportSettings, FilesOfTlsAreLookedAtBeforeAnythingStarts) {
  TransportSettings settings;
  settings.tls.ca_file = "/nowhere/ca.pem";
  EXPECT_THAT(complaint_about(settings), HasSubstr("--tls-ca /nowhere/ca.pem"));
  settings.tls.ca_file.clear();
  settings.tls.certificate_file = "/dev/null";
  EXPECT_THAT(complaint_about(settings), HasSubstr("belong together"));
  settings.tls.private_key_file = "/dev/null";
  settings.tls_no_verify = true;
  UserAgentOptions options;
  ASSERT_TRUE(apply(settings, options));
  EXPECT_FALSE(options.transport.tls_options.verify);
}

TEST(TransportSettings, ATransportIsAddedToAUriThatNamesNone) {
  EXPECT_EQ(*with_transport("example.org", ""), "example.org");
  EXPECT_EQ(*with_transport("example.org:5070", "tcp"), "sip:example.org:5070;transport=tcp");
  EXPECT_EQ(*with_transport("sip:bob@[2001:db8::1];lr", "tls"),
            "sip:bob@[2001:db8::1];lr;transport=tls");
  EXPECT_EQ(*with_transport("sip:example.org;transport=TCP", "tcp"),
            "sip:example.org;transport=TCP");
  EXPECT_THAT(with_transport("sip:example.org;transport=udp", "tcp").error().detail,
              HasSubstr("asks for udp"));
  EXPECT_THAT(with_transport("sips:example.org", "udp").error().detail, HasSubstr("asks for TLS"));
}

}  // namespace
}  // namespace godwit::cli
