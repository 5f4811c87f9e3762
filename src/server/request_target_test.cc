// SPDX-License-Identifier: Apache-2.0
#include "server/request_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::server {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

class TargetChooserTest : public ::testing::TestWithParam<net::Family> {
 protected:
  std::string host() const {
    return GetParam() == net::Family::v4 ? "10.2.0.2" : "[2001:db8:2::2]";
  }
  static ServerOptions options() {
    ServerOptions o;
    o.domain = "example.org";
    o.users = {{"alice", "a"}, {"bob", "b"}};
    return o;
  }
  void bind(const std::string& uri) {
    (void)locations_.update({"bob", "c", ++cseq_, {{*sip::parse_uri(uri), {}, 60s}}}, now_);
  }
  static sip::Message request(const std::string& uri, const std::string& to_tag = {}) {
    sip::Message m = sip::Message::request("INVITE", uri);
    m.add(sip::Field::to, "<sip:x@example.org>" + (to_tag.empty() ? "" : ";tag=" + to_tag));
    return m;
  }
  int status(const sip::Message& m, CameBy came_by = CameBy::itself) const {
    const auto choice = chooser_.choose(m, came_by, now_);
    const auto* const rejection = std::get_if<Rejection>(&choice);
    return rejection != nullptr ? rejection->status : 0;
  }
  std::vector<std::string> targets(const sip::Message& m, CameBy came_by = CameBy::itself) const {
    std::vector<std::string> out;
    const auto choice = chooser_.choose(m, came_by, now_);
    if (const auto* const found = std::get_if<TargetChooser::Targets>(&choice)) {
      for (const Destination& target : *found) out.push_back(to_string(target.uri));
    }
    return out;
  }

  SeededRandom random_{1};
  ServerOptions options_ = options();
  ServerIdentity identity_{"example.org", "", 5060};
  Authenticator users_{options_, random_};
  LocationTable locations_;
  Gruus gruus_{"example.org", random_};
  TargetChooser chooser_{identity_, users_, locations_, gruus_};
  TimePoint now_{1h};
  std::uint32_t cseq_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Families, TargetChooserTest,
                         ::testing::Values(net::Family::v4, net::Family::v6),
                         [](const auto& p) { return std::string(to_string(p.param)); });

TEST_P(TargetChooserTest, TakesAllBindingsOfAUser) {
  bind("sip:bob@" + host() + ":5060");
  bind("sip:bob@" + host() + ":5070");
  EXPECT_THAT(targets(request("sip:bob@example.org")),
              ElementsAre("sip:bob@" + host() + ":5070", "sip:bob@" + host() + ":5060"));
}

TEST_P(TargetChooserTest, TellsAnUnknownUserFromOneWhoIsNotThere) {
  EXPECT_EQ(status(request("sip:carol@example.org")), 404);
  EXPECT_EQ(status(request("sip:bob@example.org")), 480);
}

TEST_P(TargetChooserTest, IsNoOpenRelay) {
  EXPECT_EQ(status(request("sip:bob@" + host())), 403);
  EXPECT_EQ(status(request("sip:bob@example.net")), 403);
  EXPECT_EQ(status(request("sip:bob@" + host()), CameBy::our_route), 403);
  EXPECT_EQ(status(request("sip:bob@" + host(), "tag")), 403);
}

TEST_P(TargetChooserTest, LetsABindingsAddressBeNamed) {
  bind("sip:bob@" + host());
  EXPECT_THAT(targets(request("sip:b@" + host() + ":5060")),
              ElementsAre("sip:b@" + host() + ":5060"));
}

TEST_P(TargetChooserTest, FollowsADialogThatCameByOurRoute) {
  EXPECT_THAT(targets(request("sip:bob@" + host(), "tag"), CameBy::our_route),
              ElementsAre("sip:bob@" + host()));
}

TEST_P(TargetChooserTest, LetsOnlyDialogsGoOnToOtherProxies) {
  bind("sip:bob@" + host());
  sip::Message outside = request("sip:bob@example.org");
  outside.add(sip::Field::route, "<sip:other.example.net;lr>");
  EXPECT_EQ(status(outside, CameBy::our_route), 403);
  sip::Message inside = request("sip:bob@" + host(), "tag");
  inside.add(sip::Field::route, "<sip:other.example.net;lr>");
  EXPECT_EQ(status(inside, CameBy::our_route), 0);
}

TEST(FindFault, NamesWhatIsWrongWithARequest) {
  const auto fault = [](const char* uri, sip::Field field, const char* value) {
    sip::Message m = sip::Message::request("INVITE", uri);
    m.add(field, value);
    return find_fault(m);
  };
  constexpr auto kUri = "sip:bob@example.org";
  EXPECT_EQ(fault(kUri, sip::Field::max_forwards, "1"), std::nullopt);
  EXPECT_EQ(fault(kUri, sip::Field::max_forwards, "0"), (Rejection{483, {}}));
  EXPECT_EQ(fault(kUri, sip::Field::max_forwards, "many"), (Rejection{400, {}}));
  EXPECT_EQ(fault(kUri, sip::Field::max_forwards, "-1"), (Rejection{400, {}}));
  EXPECT_EQ(fault(kUri, sip::Field::proxy_require, "foo"), (Rejection{420, "foo"}));
  EXPECT_EQ(fault("tel:+1234", sip::Field::max_forwards, "1"), (Rejection{416, {}}));
}

// RFC 5626 §5.3
TEST_P(TargetChooserTest, NamesTheConnectionOfABinding) {
  const auto uri = *sip::parse_uri("sip:bob@" + host() + ":40000;transport=tcp");
  const net::Flow flow{net::FlowId{7}, net::Transport::tcp, {}, {}};
  (void)locations_.update({"bob", "c", 1, {{uri, {}, 60s, flow}}}, now_);
  const Destination target{uri, flow.id};
  EXPECT_EQ(std::get<TargetChooser::Targets>(
                chooser_.choose(request("sip:bob@example.org"), CameBy::itself, now_)),
            TargetChooser::Targets{target});
  EXPECT_EQ(std::get<TargetChooser::Targets>(
                chooser_.choose(request(to_string(uri), "tag"), CameBy::our_route, now_)),
            TargetChooser::Targets{target});
}

TEST_P(TargetChooserTest, ALostBindingIsNobody) {
  const auto uri = *sip::parse_uri("sip:bob@" + host() + ":40000;transport=tcp");
  const net::Flow flow{
      net::FlowId{7}, net::Transport::tcp, {}, {std::get<net::IpAddress>(uri.host), 40000}};
  (void)locations_.update({"bob", "c", 1, {{uri, {}, 60s, flow}}}, now_);
  locations_.on_closed(flow.id);
  EXPECT_EQ(status(request("sip:bob@example.org")), 480);
}

TEST_P(TargetChooserTest, ASecureRequestGoesToSecureContactsOnly) {
  bind("sip:bob@" + host() + ":5060");
  EXPECT_EQ(status(request("sips:bob@example.org")), 480);
  bind("sips:bob@" + host() + ":5061");
  EXPECT_THAT(targets(request("sips:bob@example.org")),
              ElementsAre("sips:bob@" + host() + ":5061"));
}

}  // namespace
}  // namespace godwit::server
