// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "sip/message/uri.h"
#include "support/value_maker.h"

namespace godwit::test {

// Generated addresses, for the fields that have one.

inline sip::Host make_host(ValueMaker& make) {
  constexpr std::array<std::string_view, 5> kHosts{"example.com", "192.0.2.7", "[2001:db8::1]",
                                                   "a-1.b_2.net", "h"};
  return sip::host_from_text(kHosts[make.below(kHosts.size())]);
}

inline sip::Uri make_sip_uri(ValueMaker& make) {
  sip::Uri uri;
  if (make.coin()) uri.scheme = "sips";
  if (make.coin()) {
    uri.user = make.coin() ? "+49" + std::to_string(make.below(1000)) : make.word() + "%40;x=y";
    if (make.coin()) uri.password = make.word();
  }
  uri.host = make_host(make);
  if (make.coin()) uri.port = static_cast<std::uint16_t>(1 + make.below(65535));
  if (make.coin()) uri.parameters.push_back({"lr", std::nullopt});
  if (make.coin()) uri.parameters.push_back({"x-" + make.word(), make.word()});
  if (make.coin()) uri.headers.push_back({"X-" + make.word(), make.word() + "%3B%22"});
  return uri;
}

inline sip::Uri make_uri(ValueMaker& make) {
  if (make.below(4) != 0) return make_sip_uri(make);
  sip::Uri uri;
  const bool tel = make.coin();
  uri.scheme = tel ? "tel" : "https";
  uri.opaque = tel ? "+1-201-555-0123;phone-context=x" : "//h/p?q=" + make.word() + ";a=b,c";
  return uri;
}

}  // namespace godwit::test
