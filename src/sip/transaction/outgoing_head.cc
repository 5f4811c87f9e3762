// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/outgoing_head.h"

namespace godwit::sip {

void complete_head(Message& request, const net::Flow& flow, Random& random) {
  std::string branch(kBranchCookie);
  branch += random.token(12);
  request.prepend(Field::via, to_string(via_for(flow, std::move(branch))));
  if (request.count(Field::max_forwards) == 0) request.add(Field::max_forwards, "70");
}

}  // namespace godwit::sip
