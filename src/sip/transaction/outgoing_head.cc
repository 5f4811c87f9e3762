// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/outgoing_head.h"

#include <string>
#include <utility>

namespace godwit::sip {
namespace {

constexpr std::size_t kBranchBytes = 12;  // twice as many digits

void complete_with(Message& request, const net::Flow& flow, const std::string& digits) {
  request.prepend(Field::via, to_string(via_for(flow, std::string(kBranchCookie) + digits)));
  if (request.count(Field::max_forwards) == 0) request.add(Field::max_forwards, "70");
}

}  // namespace

void complete_head(Message& request, const net::Flow& flow, Random& random) {
  complete_with(request, flow, random.token(kBranchBytes));
}

std::size_t size_on(const net::Flow& flow, Message request) {
  complete_with(request, flow, std::string(2 * kBranchBytes, '0'));
  return request.write().size();
}

}  // namespace godwit::sip
