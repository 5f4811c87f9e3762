// SPDX-License-Identifier: Apache-2.0
#include "server/record_route.h"

#include <string>

namespace godwit::server {
namespace {

bool makes_dialog(const sip::Message& request) {
  if (!request.to_tag().empty()) return false;
  switch (request.method()) {
    case sip::Method::invite:
    case sip::Method::subscribe:
    case sip::Method::refer:
    case sip::Method::notify:
      return true;
    default:
      return false;
  }
}

std::string route_to(const std::string& host_and_port) {
  return "<sip:" + host_and_port + ";lr>";
}

}  // namespace

void add_record_route(sip::Message& request, const Passage& passage,
                      const ServerIdentity& identity) {
  if (!makes_dialog(request) && request.count(sip::Field::record_route) == 0) return;
  if (identity.has_name()) {
    return request.prepend(sip::Field::record_route, route_to(identity.name_and_port()));
  }
  if (passage.reached_at != passage.leaves_from) {
    request.prepend(sip::Field::record_route, route_to(to_string(passage.reached_at)));
  }
  request.prepend(sip::Field::record_route, route_to(to_string(passage.leaves_from)));
}

}  // namespace godwit::server
