// SPDX-License-Identifier: Apache-2.0
#include "ua/engine_state.h"

namespace godwit::ua {

// RFC 3261 §11.2: what an INVITE would be answered now. Who asks the host and no user of it is told
// what it can do.
sip::Answer Engine::State::answer_to_options(const sip::Message& request) {
  const auto uri = sip::parse_uri(request.uri());
  const bool asks_for_user = uri && !uri->user.empty();
  if (asks_for_user && account_for(request) == nullptr) {
    return {404, "nobody here has that name", {}};
  }
  if (calls.size() >= options.call_limit) return {486, "too many calls at once", {}};
  return {200, {}, {}};
}

}  // namespace godwit::ua
