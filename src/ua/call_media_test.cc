// SPDX-License-Identifier: Apache-2.0
#include "ua/call_media.h"

#include <gtest/gtest.h>

#include "support/address_of.h"
#include "support/snapshot_builder.h"
#include "ua/flow_selector.h"
#include "ua/register_pace.h"

namespace godwit::ua {
namespace {

using namespace std::chrono_literals;
using test::ip;

class CallMediaTest : public ::testing::Test {
 protected:
  template <class T>
  std::vector<T> taken() {
    std::vector<T> out;
    for (const auto& action : out_.take()) {
      const auto* media = std::get_if<MediaAction>(&action);
      if (media == nullptr) continue;
      if (const auto* one = std::get_if<T>(media)) out.push_back(*one);
    }
    return out;
  }
  void open(std::string_view local, std::uint16_t port) {
    ASSERT_TRUE(std::holds_alternative<CallMedia::Pending>(media_.path_on(ip(local))));
    const auto asked = taken<OpenMediaPath>();
    ASSERT_EQ(asked.size(), 1U);
    media_.on_path_opened({MediaId{1}, asked[0].path, {ip(local), port}}, now_);
  }
  void agree(std::string_view remote) {
    ASSERT_TRUE(media_.exchange().make_offer({ip("10.1.0.2"), 40000}, sdp::Direction::sendrecv));
    const auto answer = sdp::parse("v=0\r\no=- 1 1 IN IP4 10.8.0.1\r\ns=-\r\nc=IN IP4 " +
                                   std::string(remote) + "\r\nt=0 0\r\nm=audio 50000 RTP/AVP 0\r\n");
    ASSERT_TRUE(answer);
    ASSERT_TRUE(media_.exchange().take_answer(*answer));
  }

  TimePoint now_{1000s};
  UserAgentOptions options_;
  SeededRandom random_{1};
  Outbox out_;
  sip::TransactionTable transactions_{sip::TimerProfile{}, random_};
  FlowSelector flows_{out_, options_, random_};
  std::map<sip::ClientId, Owner> owners_;
  std::uint64_t last_path_ = 0;
  std::vector<Parting> partings_;
  std::vector<ReferredCall> referred_calls_;
  SoundMeans sound_;
  RegisterPace pace_{0, nullptr};
  Context context_{options_, random_, out_, transactions_, flows_, owners_, last_path_, partings_,
                   referred_calls_, sound_, pace_};
  Identity identity_{*read_identity(AccountId{1}, {.address_of_record = "sip:a@example.org"})};
  CallMedia media_{MediaId{1}, identity_, sound_terms(CallOptions{}, sound_), context_};
};

TEST_F(CallMediaTest, OpensOnePathForEachLocalAddress) {
  open("10.1.0.2", 40000);
  const auto again = media_.path_on(ip("10.1.0.2"));
  EXPECT_EQ(std::get<net::SocketAddress>(again).port, 40000);
  EXPECT_TRUE(taken<OpenMediaPath>().empty());
  open("10.2.0.2", 40002);
}

TEST_F(CallMediaTest, MediaGoesFirstToWhereItWentBefore) {
  open("10.1.0.2", 40000);
  agree("10.8.0.1");
  media_.use(ip("10.1.0.2"), now_);
  open("10.2.0.2", 40002);
  media_.move_sending(ip("10.2.0.2"), now_);
  const auto sends = taken<SendMediaOn>();
  ASSERT_EQ(sends.size(), 1U);
  EXPECT_EQ(net::to_string(sends[0].remote), "10.8.0.1:50000");
  EXPECT_EQ(net::to_string(*media_.local_rtp()), "10.2.0.2:40002");
}

TEST_F(CallMediaTest, TellsTheLogWhenThereIsNoPathToSendFrom) {
  media_.move_sending(ip("10.1.0.2"), now_);
  EXPECT_TRUE(out_.take().empty()) << "nothing is agreed on yet";
  open("10.1.0.2", 40000);
  agree("10.8.0.1");
  media_.use(ip("10.2.0.2"), now_);
  std::vector<LogRecord> logged;
  for (const auto& action : out_.take()) {
    if (const auto* log = std::get_if<WriteLog>(&action)) logged.push_back(log->record);
  }
  ASSERT_EQ(logged.size(), 1U);
  EXPECT_EQ(logged[0].subject, "10.2.0.2");
}

TEST_F(CallMediaTest, NeverSendsToAnAddressOfTheOtherFamily) {
  open("10.1.0.2", 40000);
  agree("10.8.0.1");
  media_.use(ip("10.1.0.2"), now_);
  open("2001:db8::2", 40002);
  media_.move_sending(ip("2001:db8::2"), now_);
  EXPECT_TRUE(taken<SendMediaOn>().empty());
  EXPECT_TRUE(media_.cut_off());
}

TEST_F(CallMediaTest, T91_SendsToTheFormOfAnIpv4AddressThatANat64Knows) {
  const net::NetworkSnapshot v6_only =
      test::SnapshotBuilder().has("wifi0", "2001:db8::2").default_via("wifi0", "fe80::1");
  static_cast<void>(flows_.on_network(v6_only, now_));
  open("2001:db8::2", 40000);
  agree("10.8.0.1");
  media_.use(ip("2001:db8::2"), now_);
  EXPECT_TRUE(taken<SendMediaOn>().empty()) << "the prefix is being asked for";
  EXPECT_EQ(net::to_string(*media_.local_rtp()), "[2001:db8::2]:40000");
  media_.retire_others(ip("2001:db8::3"), now_);
  EXPECT_FALSE(media_.next_deadline()) << "the path that waits stays open";
  EXPECT_FALSE(media_.pump(now_));

  net::DnsAnswer answer{.status = net::DnsAnswer::Status::found, .ttl = 300s};
  answer.addresses = {ip("2001:db8:64::192.0.0.170")};
  flows_.on_dns_answered({"ipv4only.arpa", net::DnsType::aaaa, answer}, now_);
  EXPECT_TRUE(media_.pump(now_));
  const auto sends = taken<SendMediaOn>();
  ASSERT_EQ(sends.size(), 1U);
  EXPECT_EQ(sends[0].remote, (net::SocketAddress{ip("2001:db8:64::10.8.0.1"), 50000}));
  EXPECT_EQ(media_.destination(), sends[0].remote);
  EXPECT_EQ(net::to_string(media_.agreement()->remote), "10.8.0.1:50000") << "as the peer wrote it";
}

TEST_F(CallMediaTest, T72_HeldItListensAndSendsNothingAnywhere) {
  open("10.1.0.2", 40000);
  agree("0.0.0.0");
  media_.use(ip("10.1.0.2"), now_);
  EXPECT_TRUE(taken<SendMediaOn>().empty());
  EXPECT_FALSE(media_.sending());
  EXPECT_FALSE(media_.cut_off());
  EXPECT_EQ(net::to_string(*media_.local_rtp()), "10.1.0.2:40000");
  media_.retire_others(ip("10.2.0.2"), now_);
  EXPECT_FALSE(media_.next_deadline());
}

TEST_F(CallMediaTest, T73_NothingIsSentUntilANameHasItsAddress) {
  open("10.1.0.2", 40000);
  agree("media.example.org");
  media_.use(ip("10.1.0.2"), now_);
  EXPECT_TRUE(taken<SendMediaOn>().empty());
  net::DnsAnswer answer{.status = net::DnsAnswer::Status::found, .ttl = 300s};
  answer.addresses = {ip("192.0.2.7")};
  flows_.on_dns_answered({"media.example.org", net::DnsType::a, answer}, now_);
  EXPECT_TRUE(media_.pump(now_));
  const auto sends = taken<SendMediaOn>();
  ASSERT_EQ(sends.size(), 1U);
  EXPECT_EQ(net::to_string(sends[0].remote), "192.0.2.7:50000");
}

TEST_F(CallMediaTest, T73_ANameWithoutAddressCutsSoundOff) {
  open("10.1.0.2", 40000);
  agree("media.example.org");
  media_.use(ip("10.1.0.2"), now_);
  flows_.on_dns_answered({"media.example.org", net::DnsType::a, {}}, now_);
  EXPECT_TRUE(media_.pump(now_));
  EXPECT_TRUE(media_.cut_off());
}

TEST_F(CallMediaTest, ListensOnTheOldPathUntilItsTime) {
  open("10.1.0.2", 40000);
  agree("10.8.0.1");
  media_.use(ip("10.1.0.2"), now_);
  open("10.2.0.2", 40002);
  media_.move_sending(ip("10.2.0.2"), now_);
  const TimePoint now{10s};
  media_.retire_others(ip("10.2.0.2"), now + 2s);
  EXPECT_EQ(media_.next_deadline(), now + 2s);
  media_.on_timeout(now + 1s);
  EXPECT_TRUE(taken<CloseMediaPath>().empty());
  media_.on_timeout(now + 2s);
  EXPECT_EQ(taken<CloseMediaPath>().size(), 1U);
}

TEST_F(CallMediaTest, ThePathThatThePeerIsToldOfStaysThoughNothingLeadsFromItYet) {
  open("10.1.0.2", 40000);
  agree("10.8.0.1");
  open("2001:db8::2", 40002);
  media_.use(ip("2001:db8::2"), now_);
  ASSERT_TRUE(media_.cut_off());
  media_.retire_others(ip("2001:db8::2"), now_ + 2s);
  media_.on_timeout(now_ + 2s);
  EXPECT_EQ(taken<CloseMediaPath>().size(), 1U);
  EXPECT_TRUE(std::holds_alternative<net::SocketAddress>(media_.path_on(ip("2001:db8::2"))));
}

TEST_F(CallMediaTest, APathThatIsAskedForAgainIsNotClosed) {
  open("10.1.0.2", 40000);
  agree("10.8.0.1");
  open("10.2.0.2", 40002);
  media_.use(ip("10.2.0.2"), now_);
  media_.retire_others(ip("10.2.0.2"), now_ + 2s);
  static_cast<void>(media_.path_on(ip("10.1.0.2")));
  media_.on_timeout(now_ + 2s);
  EXPECT_TRUE(taken<CloseMediaPath>().empty());
  media_.use(ip("10.1.0.2"), now_ + 2s);
  EXPECT_EQ(net::to_string(*media_.local_rtp()), "10.1.0.2:40000");
}

TEST_F(CallMediaTest, APathThatFailedCanBeTriedAgain) {
  static_cast<void>(media_.path_on(ip("10.1.0.2")));
  const auto asked = taken<OpenMediaPath>();
  media_.on_path_failed({MediaId{1}, asked.at(0).path, {Errc::address_in_use, "no port"}});
  EXPECT_TRUE(std::holds_alternative<Error>(media_.path_on(ip("10.1.0.2"))));
  media_.drop_path(ip("10.1.0.2"));
  open("10.1.0.2", 40000);
}

}  // namespace
}  // namespace godwit::ua
