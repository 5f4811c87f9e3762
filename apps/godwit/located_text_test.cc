// SPDX-License-Identifier: Apache-2.0
#include "located_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace godwit::cli {
namespace {

using namespace std::chrono_literals;
using sip::Target;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

Target target(const std::string& remote, Target::Via via) {
  Target one;
  one.transport = net::Transport::tcp;
  one.remote = *net::SocketAddress::parse(remote);
  one.host = "sip.example.org";
  one.domain = "example.org";
  one.via = via;
  return one;
}

io::LocateOutcome found_by_srv() {
  io::LocateOutcome outcome;
  outcome.targets = {target("[2001:db8::1]:5070", Target::Via::srv),
                     target("192.0.2.1:5070", Target::Via::srv)};
  for (Target& one : outcome.targets) {
    one.priority = 10;
    one.weight = 60;
  }
  sip::Locator::Question naptr{"example.org", net::DnsType::naptr, net::DnsAnswer{}, false};
  naptr.answer->status = net::DnsAnswer::Status::no_data;
  sip::Locator::Question srv{"_sip._tcp.example.org", net::DnsType::srv, net::DnsAnswer{}, false};
  srv.answer->status = net::DnsAnswer::Status::found;
  srv.answer->services = {{10, 60, 5070, "sip.example.org"}};
  srv.answer->ttl = 300s;
  const sip::Locator::Question aaaa{"sip.example.org", net::DnsType::aaaa, std::nullopt, false};
  outcome.queries = {{naptr, 2ms}, {srv, 1500us}, {aaaa, std::nullopt}};
  return outcome;
}

TEST(LocatedText, JsonHasTheTargetsInOrderAndTheQuestions) {
  const Json j = to_json(found_by_srv());
  EXPECT_EQ(j["targets"][0].dump(),
            R"({"transport":"tcp","address":"2001:db8::1","port":5070,"family":"v6",)"
            R"("name":"sip.example.org","priority":10,"weight":60,"via":"srv"})");
  EXPECT_EQ(j["targets"][1]["family"], "v4");
  EXPECT_EQ(
      j["queries"][0].dump(),
      R"({"name":"example.org","type":"NAPTR","status":"no_data","records":0,"ttl":0,"ms":2.0})");
  EXPECT_EQ(j["queries"][1]["records"], 1);
  EXPECT_EQ(j["queries"][1]["ttl"], 300);
  EXPECT_EQ(j["queries"][2]["status"], "unanswered");
  EXPECT_TRUE(j["queries"][2]["ms"].is_null());
}

TEST(LocatedText, PeopleReadWhyATargetIsThere) {
  const std::string text = to_text(found_by_srv());
  EXPECT_THAT(text, HasSubstr(" 1. tcp  [2001:db8::1]:5070"));
  EXPECT_THAT(text, HasSubstr("SRV sip.example.org, priority 10, weight 60"));
  EXPECT_THAT(text, HasSubstr("1 record, TTL 300 s, 1.5 ms"));
  EXPECT_THAT(text, HasSubstr("none of that type"));
  EXPECT_THAT(text, Not(::testing::EndsWith("\n")));
}

TEST(LocatedText, BehindANat64TheAddressThatIsMeantIsShown) {
  io::LocateOutcome outcome;
  outcome.targets = {target("[2001:db8:64::c000:201]:5060", Target::Via::literal)};
  outcome.targets[0].synthesised_from = net::IpAddress::parse("192.0.2.1");
  EXPECT_THAT(to_text(outcome), HasSubstr("NAT64 form of 192.0.2.1"));
}

TEST(LocatedText, OneTargetIsASuccessAndNoneSaysWhy) {
  io::LocateOutcome outcome = found_by_srv();
  outcome.error = Error{make_error_code(Errc::timed_out), "late"};
  EXPECT_EQ(verdict_on(outcome, "example.org").code, ExitCode::success);
  outcome.targets.clear();
  const Verdict late = verdict_on(outcome, "example.org");
  EXPECT_EQ(late.code, ExitCode::no_path);
  EXPECT_EQ(late.sentence, "No server found for example.org: late.");
  EXPECT_THAT(late.advice, Not(IsEmpty()));
  outcome.error = Error{make_error_code(Errc::cancelled), ""};
  EXPECT_EQ(verdict_on(outcome, "example.org").code, ExitCode::interrupted);
}

}  // namespace
}  // namespace godwit::cli
