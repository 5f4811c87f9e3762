// SPDX-License-Identifier: Apache-2.0
#include "ua/identity.h"

#include <utility>

namespace godwit::ua {
namespace {

Result<sip::Uri> read_option(std::string_view name, const std::string& text) {
  const bool bare = text.find(':') == std::string::npos || text.rfind("sip", 0) != 0;
  auto uri = sip::parse_uri(bare ? "sip:" + text : text);
  if (!uri) return fail(Errc::invalid_argument, std::string(name) + ": " + uri.error().detail);
  if (!uri->is_sip()) return fail(Errc::invalid_argument, std::string(name) + ": not a SIP URI");
  return uri;
}

bool starts_with_scheme(std::string_view text) {
  return text.rfind("sip:", 0) == 0 || text.rfind("sips:", 0) == 0;
}

}  // namespace

Result<Identity> read_identity(AccountId id, const AccountOptions& options) {
  auto aor = read_option("address_of_record", options.address_of_record);
  if (!aor) return tl::unexpected(aor.error());
  if (aor->user.empty()) return fail(Errc::invalid_argument, "address_of_record: no user part");

  Identity identity;
  identity.id = id;
  identity.address_of_record = {options.display_name, *aor, {}};
  identity.registrar.host = aor->host;
  identity.registrar.port = aor->port;
  if (!options.registrar.empty()) {
    auto registrar = read_option("registrar", options.registrar);
    if (!registrar) return tl::unexpected(registrar.error());
    identity.registrar = *std::move(registrar);
  }
  if (!options.outbound_proxy.empty()) {
    auto outbound = read_option("outbound_proxy", options.outbound_proxy);
    if (!outbound) return tl::unexpected(outbound.error());
    // RFC 3261 §16.12: a proxy without lr would want the Request-URI rewritten.
    if (!sip::has_parameter(outbound->parameters, "lr")) {
      sip::set_parameter(outbound->parameters, "lr", std::nullopt);
    }
    identity.outbound = *std::move(outbound);
  }
  identity.hop = next_hop_of(identity.outbound ? *identity.outbound : identity.registrar);
  return identity;
}

Result<sip::Uri> read_target(std::string_view text, const sip::Uri& address_of_record) {
  if (text.empty()) return fail(Errc::invalid_argument, "target: nothing to call");
  if (starts_with_scheme(text)) {
    auto uri = sip::parse_uri(text);
    if (!uri) return fail(Errc::invalid_argument, "target: " + uri.error().detail);
    return uri;
  }
  if (text.find('@') != std::string_view::npos) {
    auto uri = sip::parse_uri("sip:" + std::string(text));
    if (!uri) return fail(Errc::invalid_argument, "target: " + uri.error().detail);
    return uri;
  }
  sip::Uri uri = address_of_record;
  uri.parameters.clear();
  auto check = sip::parse_uri("sip:" + std::string(text) + "@" + sip::to_string(uri.host));
  if (!check) return fail(Errc::invalid_argument, "target: " + check.error().detail);
  uri.user = check->user;
  return uri;
}

sip::NameAddr contact_on(const net::Flow& flow, const Identity& identity) {
  sip::NameAddr contact;
  contact.uri.user = identity.address_of_record.uri.user;
  contact.uri.host = flow.local.address;
  contact.uri.port = flow.local.port;
  return contact;
}

sip::Message start_request(const RequestHead& head, const std::optional<sip::Uri>& outbound) {
  const auto method = sip::method_name(head.method);
  auto request = sip::Message::request(method, head.uri);
  request.add(sip::Field::max_forwards, "70");
  if (outbound) request.add(sip::Field::route, sip::to_string(sip::NameAddr{{}, *outbound, {}}));
  request.add(sip::Field::from, sip::to_string(head.from));
  request.add(sip::Field::to, sip::to_string(head.to));
  request.add(sip::Field::call_id, head.call_id);
  request.add(sip::Field::cseq, sip::to_string(sip::CSeq{head.cseq, std::string(method)}));
  return request;
}

}  // namespace godwit::ua
