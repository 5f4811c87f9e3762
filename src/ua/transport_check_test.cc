// SPDX-License-Identifier: Apache-2.0
#include "ua/transport_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/engine_bench.h"

namespace godwit::ua {
namespace {

using ::testing::StartsWith;
using Edit = void (*)(TransportOptions&);

TEST(TransportCheckTest, DefaultsAndWhatTheDocumentsShowAreTaken) {
  TransportOptions options;
  EXPECT_TRUE(check_transport(options));
  options.bind.address = "2001:db8::1";
  options.bind.dscp = 63;
  options.bind.public_address_v4 = "198.51.100.7";
  options.bind.public_address_v6 = "2001:db8::7";
  options.tls_options.certificate_file = "host.pem";
  options.listeners = {{ListenOptions::Transport::tcp, "0.0.0.0:0"},
                       {ListenOptions::Transport::tls, "[::]:5061"}};
  options.udp_keep_alive = options.stream_keep_alive = std::chrono::seconds{0};
  EXPECT_TRUE(check_transport(options));
}

TEST(TransportCheckTest, WhatCannotBeReadIsNamed) {
  const std::pair<Edit, std::string> kRows[] = {
      {[](TransportOptions& o) { o.bind.dscp = 64; }, "transport.bind.dscp: 0 to 63"},
      {[](TransportOptions& o) { o.bind.address = "wlan0"; },
       "transport.bind.address: not an address: wlan0"},
      {[](TransportOptions& o) { o.bind.public_address_v4 = "2001:db8::1"; },
       "transport.bind.public_address_v4: of the other family"},
      {[](TransportOptions& o) { o.bind.public_address_v6 = "192.0.2.1"; },
       "transport.bind.public_address_v6: of the other family"},
      {[](TransportOptions& o) {
         o.listeners = {{ListenOptions::Transport::tcp, "[::]:5060"},
                        {ListenOptions::Transport::tcp, "192.0.2.1"}};
       },
       "transport.listeners[1].address: not like"},
      {[](TransportOptions& o) { o.listeners = {{ListenOptions::Transport::tls, "[::]:5061"}}; },
       "transport.listeners[0]: TLS needs"},
      {[](TransportOptions& o) { o.udp_keep_alive = std::chrono::seconds{-1}; },
       "transport.udp_keep_alive: 0 or more"},
      {[](TransportOptions& o) { o.udp_keep_alive_longest = std::chrono::seconds{-1}; },
       "transport.udp_keep_alive_longest: 0 or more"},
      {[](TransportOptions& o) { o.stream_keep_alive = std::chrono::seconds{-1}; },
       "transport.stream_keep_alive: 0 or more"},
  };
  for (const auto& [edit, sentence] : kRows) {
    TransportOptions options;
    edit(options);
    const auto read = check_transport(options);
    ASSERT_FALSE(read) << sentence;
    EXPECT_EQ(read.error().code, Errc::invalid_argument);
    EXPECT_THAT(read.error().detail, StartsWith(sentence));
  }
}

TEST(TransportCheckTest, AccountIsNotAddedToOptionsThatCannotBeRead) {
  auto options = test::EngineBench::without_keep_alives();
  options.transport.bind.address = "here";
  test::EngineBench wrong(options);
  const auto refused = wrong.engine.add_account({.address_of_record = "sip:a@core.test"}, wrong.now);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().detail, StartsWith("transport.bind.address"));

  auto no_place = test::EngineBench::without_keep_alives();
  no_place.stun_server = "stun:stun.example.org";
  test::EngineBench nowhere(no_place);
  const auto unasked = nowhere.engine.add_account({.address_of_record = "sip:a@core.test"}, nowhere.now);
  ASSERT_FALSE(unasked);
  EXPECT_THAT(unasked.error().detail, StartsWith("stun_server"));

  test::EngineBench right;
  AccountOptions account{.address_of_record = "sip:a@core.test"};
  account.bind = BindOptions{.address = "there"};
  const auto account_refused = right.engine.add_account(account, right.now);
  ASSERT_FALSE(account_refused);
  EXPECT_THAT(account_refused.error().detail, StartsWith("bind.address"));
}

}  // namespace
}  // namespace godwit::ua
