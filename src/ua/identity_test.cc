// SPDX-License-Identifier: Apache-2.0
#include "ua/identity.h"

#include <gtest/gtest.h>

namespace godwit::ua {
namespace {

TEST(Identity, TakesTheRegistrarFromTheAddressOfRecord) {
  const auto identity = read_identity(AccountId{1}, {.address_of_record = "sip:alice@example.org"});
  ASSERT_TRUE(identity);
  EXPECT_EQ(sip::to_string(identity->registrar), "sip:example.org");
  EXPECT_EQ(identity->hop, (NextHop{{"example.org", 0, {}, false}, identity->id}));
  EXPECT_TRUE(identity->outbound.empty());
}

TEST(Identity, SendsEverythingThroughTheOutboundProxyAsALooseRoute) {
  const auto identity =
      read_identity(AccountId{1}, {.address_of_record = "sip:alice@example.org",
                                   .outbound_proxies = {"sip:[2001:DB8::1]:5080"}});
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->hop, (NextHop{{"2001:db8::1", 5080, {}, false}, identity->id}));
  ASSERT_EQ(identity->outbound.size(), 1U);
  EXPECT_TRUE(sip::has_parameter(identity->outbound[0].parameters, "lr"));
}

/// An account behind two proxies.
Identity behind_two_proxies() {
  auto identity = read_identity(
      AccountId{1}, {.address_of_record = "sip:alice@example.org",
                     .outbound_proxies = {"sip:edge.example.org;transport=tcp", "192.0.2.1;lr"}});
  EXPECT_TRUE(identity) << identity.error().detail;
  return identity.value_or(Identity{});
}
/// The Routes of a request to somebody else.
std::string routes_to_others(const Identity& identity) {
  auto request = sip::Message::request("MESSAGE", "sip:bob@example.net");
  lead_by_server(request, identity, *sip::parse_uri("sip:bob@example.net"));
  std::string routes =
      request.uri() == "sip:bob@example.net" ? "" : std::string(request.uri()) + ' ';
  for (const auto value : request.values(sip::Field::route)) routes += std::string(value);
  return routes;
}
void set_service_route(Identity& identity, std::string_view value) {
  auto response = sip::Message::response(200);
  response.add(sip::Field::service_route, value);
  identity.service_route = read_service_route(response);
}

TEST(Identity, OutboundProxiesInARowAreRoutesInTheirOrder) {
  const auto identity = behind_two_proxies();
  const std::string way = "<sip:edge.example.org;transport=tcp;lr><sip:192.0.2.1;lr>";
  EXPECT_EQ(identity.hop.server, (sip::NextHop{"edge.example.org", 0, net::Transport::tcp, false}));
  EXPECT_EQ(routes_to_others(identity), way);
  auto request = sip::Message::request("REGISTER", "sip:example.org");
  lead_to_server(request, identity);
  std::string routes;
  for (const auto value : request.values(sip::Field::route)) routes += std::string(value);
  EXPECT_EQ(routes, way);
}

TEST(Identity, TheServiceRouteFollowsTheOutboundProxies) {
  auto identity = behind_two_proxies();
  set_service_route(identity, "<sip:home.example.org;lr>");
  EXPECT_EQ(routes_to_others(identity),
            "<sip:edge.example.org;transport=tcp;lr><sip:192.0.2.1;lr><sip:home.example.org;lr>");
  auto request = sip::Message::request("REGISTER", "sip:example.org");
  lead_to_server(request, identity);
  EXPECT_EQ(request.count(sip::Field::route), 2U) << "a Service-Route is not for REGISTER";
}

TEST(Identity, TheServiceRouteMayNameAgainWhereItBegins) {
  auto identity = behind_two_proxies();
  set_service_route(identity, "<sip:orig@192.0.2.1;lr>, <sip:home.example.org;lr>");
  EXPECT_EQ(
      routes_to_others(identity),
      "<sip:edge.example.org;transport=tcp;lr><sip:orig@192.0.2.1;lr><sip:home.example.org;lr>")
      << "as the registrar has it";
  set_service_route(identity, "<sip:edge.example.org;transport=tcp;lr>, <sip:192.0.2.1;lr>");
  EXPECT_EQ(routes_to_others(identity),
            "<sip:edge.example.org;transport=tcp;lr><sip:192.0.2.1;lr>");
  set_service_route(identity, "<sip:edge.example.org;transport=tcp;lr>, <sip:home.example.org;lr>");
  EXPECT_EQ(routes_to_others(identity),
            "<sip:edge.example.org;transport=tcp;lr><sip:192.0.2.1;lr>"
            "<sip:edge.example.org;transport=tcp;lr><sip:home.example.org;lr>")
      << "a way back and forth is the registrar's wish";
}

TEST(Identity, AStrictRouterFindsItselfInTheRequestUriOnlyWhereItIsFirst) {
  auto identity = behind_two_proxies();
  set_service_route(identity, "<sip:strict.example.org>");
  EXPECT_EQ(routes_to_others(identity),
            "<sip:edge.example.org;transport=tcp;lr><sip:192.0.2.1;lr><sip:strict.example.org>");
  identity.outbound.clear();
  EXPECT_EQ(routes_to_others(identity), "sip:strict.example.org <sip:bob@example.net>");
}

TEST(Identity, NamesTheOptionThatCannotBeRead) {
  const auto no_user = read_identity(AccountId{1}, {.address_of_record = "sip:example.org"});
  ASSERT_FALSE(no_user);
  EXPECT_NE(no_user.error().detail.find("address_of_record"), std::string::npos);
  const auto bad = read_identity(
      AccountId{1}, {.address_of_record = "sip:alice@example.org", .registrar = "sip:exa mple"});
  ASSERT_FALSE(bad);
  EXPECT_NE(bad.error().detail.find("registrar"), std::string::npos);
  const auto proxy = read_identity(AccountId{1}, {.address_of_record = "sip:alice@example.org",
                                                  .outbound_proxies = {"sip:a.test", ""}});
  ASSERT_FALSE(proxy);
  EXPECT_NE(proxy.error().detail.find("outbound_proxies"), std::string::npos);
}

TEST(Identity, RegistrarsStandInTheirOrder) {
  AccountOptions options{.address_of_record = "sip:alice@example.org"};
  EXPECT_TRUE(read_identity(AccountId{1}, options)->registrars.empty());
  options.backup_registrars = {"backup.example.org", "sips:192.0.2.7"};
  const auto identity = read_identity(AccountId{1}, options);
  ASSERT_TRUE(identity);
  ASSERT_EQ(identity->registrars.size(), 3U);
  EXPECT_EQ(sip::to_string(identity->registrars[0]), "sip:example.org");
  EXPECT_EQ(sip::to_string(identity->registrars[1]), "sip:backup.example.org");
  EXPECT_EQ(sip::to_string(identity->registrars[2]), "sips:192.0.2.7");
  options.backup_registrars = {"sip:exa mple"};
  EXPECT_NE(read_identity(AccountId{1}, options).error().detail.find("backup_registrars"), std::string::npos);
}

TEST(Identity, RegistrarsAreLimited) {
  AccountOptions options{.address_of_record = "sip:alice@example.org"};
  for (const auto count : {limits::kRegistrars, limits::kRegistrars + 1, 10 * limits::kRegistrars}) {
    options.backup_registrars.assign(count - 1, "sip:backup.example.org");
    EXPECT_EQ(read_identity(AccountId{1}, options).has_value(), count == limits::kRegistrars) << count;
  }
}

TEST(Identity, WhoTurnsToAnotherRegistrarStaysBehindItsProxies) {
  AccountOptions options{.address_of_record = "sip:alice@example.org"};
  auto identity = *read_identity(AccountId{1}, options);
  identity.turn_to(*sip::parse_uri("sip:backup.example.org"));
  EXPECT_EQ(sip::to_string(identity.registrar), "sip:backup.example.org");
  EXPECT_EQ(identity.hop.server.host, "backup.example.org");
  options.outbound_proxies = {"sip:edge.example.org"};
  identity = *read_identity(AccountId{1}, options);
  identity.turn_to(*sip::parse_uri("sip:backup.example.org"));
  EXPECT_EQ(sip::to_string(identity.registrar), "sip:backup.example.org");
  EXPECT_EQ(identity.hop.server.host, "edge.example.org");
}

TEST(Identity, ReadsOptionsAsPeopleWriteThem) {
  const auto identity =
      read_identity(AccountId{1}, {.address_of_record = "\"Alice A.\" <sip:alice@example.org>",
                                   .registrar = "example.net",
                                   .outbound_proxies = {"192.0.2.1:5080"}});
  ASSERT_TRUE(identity) << identity.error().detail;
  EXPECT_EQ(identity->address_of_record.display_name, "Alice A.");
  EXPECT_EQ(sip::to_string(identity->registrar), "sip:example.net");
  EXPECT_EQ(identity->hop, (NextHop{{"192.0.2.1", 5080, {}, false}, identity->id}));
  EXPECT_TRUE(identity->warnings.empty());
}

TEST(Identity, TellsWhatItLeftOut) {
  const auto identity =
      read_identity(AccountId{1}, {.address_of_record = "sip:alice@example.org?subject=x"});
  ASSERT_TRUE(identity);
  ASSERT_EQ(identity->warnings.size(), 1U);
  EXPECT_EQ(identity->warnings[0].find("address_of_record: "), 0U);
}

TEST(Identity, NobodysFromSaysNothingOfAnybody) {  // RFC 3323 section 4.1.1.3, RFC 2606
  EXPECT_EQ(sip::to_string(anonymous("a73k")), "<sip:anonymous@anonymous.invalid>;tag=a73k");
}

class ContactFamily : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(ContactFamily, IsTheFlowsLocalAddress) {
  const auto identity = *read_identity(AccountId{1}, {.address_of_record = "sip:alice@example.org"});
  net::Flow flow;
  flow.local = {*net::IpAddress::parse(GetParam().first), 5070};
  EXPECT_EQ(sip::to_string(contact_on(flow, identity)), GetParam().second);
}

INSTANTIATE_TEST_SUITE_P(
    Families, ContactFamily,
    ::testing::Values(std::pair{"192.0.2.7", "<sip:alice@192.0.2.7:5070>"},
                      std::pair{"2001:db8::7", "<sip:alice@[2001:db8::7]:5070>"}));

TEST(Identity, WhoRequiresDtlsNeedsASuiteThatItHas) {
  AccountOptions options{.address_of_record = "sip:alice@example.org",
                         .media_security = MediaSecurity::required,
                         .srtp_keying = SrtpKeying::dtls,
                         .srtp_suites = {"AES_256_CM_HMAC_SHA1_80"}};
  const auto refused = read_identity(AccountId{1}, options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::invalid_argument);
  EXPECT_EQ(refused.error().detail.find("srtp_suites: "), 0U);
  options.media_security = MediaSecurity::preferred;
  EXPECT_TRUE(read_identity(AccountId{1}, options));
}

}  // namespace
}  // namespace godwit::ua
