// SPDX-License-Identifier: Apache-2.0
#include "ua/own_fields.h"

#include <string>
#include <vector>

#include "sip/header/option_tag.h"
#include "sip/header/token_list.h"
#include "sip/verdict/abilities.h"
#include "ua/abilities.h"
#include "ua/context.h"
#include "ua/dialog_contact.h"

namespace godwit::ua {

void set_supported(sip::Message& message, ReliableResponses reliable) {
  std::vector<std::string_view> tags;
  for (const auto tag : abilities().option_tags) {
    const bool off = reliable == ReliableResponses::off;
    if (tag != sip::option_tag::kReliableProvisional || !off) tags.push_back(tag);
  }
  message.set(sip::Field::supported, sip::write_token_list(tags));
}

void add_own_fields(sip::Message& message, const net::Flow& flow, const Identity& identity,
                    const UserAgentOptions& options) {
  message.set(sip::Field::contact, sip::to_string(dialog_contact(flow, identity)));
  message.set(sip::Field::allow, sip::allow_value(abilities()));
  // A call that is up waits for no provisional responses: our requests in it do not ask for
  // reliable ones. Who opens a call says so itself.
  set_supported(message,
                message.is_request() ? ReliableResponses::off : ReliableResponses::supported);
  const auto name = message.is_request() ? sip::Field::user_agent : sip::Field::server;
  message.set(name, user_agent_text(options));
}

void add_fields_of_a_move(sip::Message& request, const net::Flow& flow, const Identity& identity) {
  request.set(sip::Field::contact, sip::to_string(dialog_contact(flow, identity)));
  request.set(sip::Field::supported, sip::option_tag::kSessionTimer);
}

void put_session(sip::Message& message, const sdp::SessionDescription& description) {
  message.set_body("application/sdp", sdp::write(description));
}

bool lists_option(const sip::Message& message, sip::Field field, std::string_view tag) {
  bool found = false;
  message.for_each(
      field, [&](std::string_view value) { found = found || sip::TokenList(value).contains(tag); });
  return found;
}

bool allows_method(const sip::Message& message, sip::Method method) {
  bool found = false;
  message.for_each(sip::Field::allow, [&](std::string_view value) {
    found = found || sip::TokenList(value).contains_exactly(sip::method_name(method));
  });
  return found;
}

sip::Message make_dialog_response(const sip::Message& request, int status,
                                  std::string_view to_tag) {
  auto response = sip::make_response(request, status, to_tag);
  for (const auto route : request.values(sip::Field::record_route)) {
    response.add(sip::Field::record_route, route);
  }
  return response;
}

}  // namespace godwit::ua
