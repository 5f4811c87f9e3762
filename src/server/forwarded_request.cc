// SPDX-License-Identifier: Apache-2.0
#include "server/forwarded_request.h"

#include <charconv>
#include <utility>

namespace godwit::server {
namespace {

constexpr int kMaxForwards = 70;  // RFC 3261 §8.1.1.6

void count_hop(sip::Message& message) {
  int hops = kMaxForwards;
  if (const auto value = message.field(sip::Field::max_forwards)) {
    (void)std::from_chars(value->data(), value->data() + value->size(), hops);
    --hops;
  }
  message.set(sip::Field::max_forwards, std::to_string(hops));
}

/// What a Request-URI may not have: parts of a URI that are for those who make requests from it.
sip::Uri as_request_uri(sip::Uri uri) {
  uri.headers.clear();
  std::erase_if(uri.parameters,
                [](const sip::Parameter& p) { return sip::has_parameter({p}, "method"); });
  return uri;
}

}  // namespace

ForwardedRequest make_forwarded(const sip::Message& request, sip::Uri target,
                                const std::vector<sip::NameAddr>& path) {
  target = as_request_uri(std::move(target));
  ForwardedRequest forwarded{request, target};
  sip::Message& message = forwarded.message;
  message.set_uri(to_string(target));
  count_hop(message);
  for (const auto& proxy : path) message.add(sip::Field::route, to_string(proxy));

  const auto first = message.field(sip::Field::route);
  if (!first) return forwarded;
  const auto route = sip::parse_name_addr(*first);
  if (!route) return forwarded;
  forwarded.next_hop = route->uri;
  if (!has_parameter(route->uri.parameters, "lr")) {
    message.remove_first(sip::Field::route);
    message.add(sip::Field::route, '<' + to_string(target) + '>');
    message.set_uri(to_string(as_request_uri(route->uri)));
  }
  return forwarded;
}

}  // namespace godwit::server
