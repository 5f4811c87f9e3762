// SPDX-License-Identifier: Apache-2.0
#include "sdp/setup.h"

namespace godwit::sdp {

Scanned<Setup> parse_setup(std::string_view value) {
  const std::string_view role = trim(value);
  for (const Setup setup : {Setup::active, Setup::passive, Setup::actpass, Setup::holdconn}) {
    if (equal_ignoring_case(role, to_string(setup))) return setup;
  }
  return fault("expected active, passive, actpass or holdconn", 0);
}

std::string_view to_string(Setup setup) {
  switch (setup) {
    case Setup::active:
      return "active";
    case Setup::passive:
      return "passive";
    case Setup::actpass:
      return "actpass";
    case Setup::holdconn:
      return "holdconn";
  }
  return "actpass";
}

}  // namespace godwit::sdp
