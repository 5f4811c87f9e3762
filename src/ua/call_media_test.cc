// SPDX-License-Identifier: Apache-2.0
#include "ua/call_media.h"

#include <gtest/gtest.h>

#include "ua/flow_selector.h"

namespace godwit::ua {
namespace {

using namespace std::chrono_literals;

net::IpAddress ip(std::string_view text) { return *net::IpAddress::parse(text); }

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
    media_.on_path_opened({MediaId{1}, asked[0].path, {ip(local), port}});
  }
  void agree(std::string_view remote) {
    ASSERT_TRUE(media_.exchange().make_offer({ip("10.1.0.2"), 40000}, sdp::Direction::sendrecv));
    const auto answer = sdp::parse("v=0\r\no=- 1 1 IN IP4 10.8.0.1\r\ns=-\r\nc=IN IP4 " +
                                   std::string(remote) + "\r\nt=0 0\r\nm=audio 50000 RTP/AVP 0\r\n");
    ASSERT_TRUE(answer);
    ASSERT_TRUE(media_.exchange().take_answer(*answer));
  }

  UserAgentOptions options_;
  SeededRandom random_{1};
  Outbox out_;
  sip::TransactionTable transactions_{sip::TimerProfile{}, random_};
  FlowSelector flows_{out_, options_, random_};
  std::map<sip::ClientId, Owner> owners_;
  std::uint64_t last_path_ = 0;
  std::vector<Parting> partings_;
  Context context_{options_, random_, out_, transactions_, flows_, owners_, last_path_, partings_};
  CallMedia media_{MediaId{1}, CallOptions{}, context_};
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
  media_.use(ip("10.1.0.2"));
  open("10.2.0.2", 40002);
  media_.move_sending(ip("10.2.0.2"));
  const auto sends = taken<SendMediaOn>();
  ASSERT_EQ(sends.size(), 1U);
  EXPECT_EQ(net::to_string(sends[0].remote), "10.8.0.1:50000");
  EXPECT_EQ(net::to_string(*media_.local_rtp()), "10.2.0.2:40002");
}

TEST_F(CallMediaTest, NeverSendsToAnAddressOfTheOtherFamily) {
  open("10.1.0.2", 40000);
  agree("10.8.0.1");
  media_.use(ip("10.1.0.2"));
  open("2001:db8::2", 40002);
  media_.move_sending(ip("2001:db8::2"));
  EXPECT_TRUE(taken<SendMediaOn>().empty());
}

TEST_F(CallMediaTest, ListensOnTheOldPathUntilItsTime) {
  open("10.1.0.2", 40000);
  agree("10.8.0.1");
  media_.use(ip("10.1.0.2"));
  open("10.2.0.2", 40002);
  media_.move_sending(ip("10.2.0.2"));
  const TimePoint now{10s};
  media_.retire_others(now + 2s);
  EXPECT_EQ(media_.next_deadline(), now + 2s);
  media_.on_timeout(now + 1s);
  EXPECT_TRUE(taken<CloseMediaPath>().empty());
  media_.on_timeout(now + 2s);
  EXPECT_EQ(taken<CloseMediaPath>().size(), 1U);
}

TEST_F(CallMediaTest, APathThatFailedCanBeTriedAgain) {
  static_cast<void>(media_.path_on(ip("10.1.0.2")));
  const auto asked = taken<OpenMediaPath>();
  media_.on_path_failed({MediaId{1}, asked.at(0).path, {Errc::address_in_use, "no port"}});
  EXPECT_TRUE(std::holds_alternative<Error>(media_.path_on(ip("10.1.0.2"))));
  media_.drop_path(ip("10.1.0.2"));
  open("10.1.0.2", 40000);
}

TEST(Formats, TelephoneEventComesBehindTheCodecs) {
  const auto formats = formats_of({"PCMA", "G.999"});
  ASSERT_EQ(formats.size(), 2U);
  EXPECT_EQ(formats[0].name, "PCMA");
  EXPECT_EQ(formats[1].name, "telephone-event");
}

}  // namespace
}  // namespace godwit::ua
