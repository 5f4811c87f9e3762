// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/outgoing_head.h"

#include <string>

namespace godwit::sip {
namespace {

constexpr std::size_t kBranchBytes = 12;

}  // namespace

void complete_head(Message& request, const net::Flow& flow, Random& random) {
  const auto branch = std::string(kBranchCookie) + random.token(kBranchBytes);
  request.prepend(Field::via, to_string(via_for(flow, branch)));
  if (request.count(Field::max_forwards) == 0) request.add(Field::max_forwards, "70");
}

}  // namespace godwit::sip
