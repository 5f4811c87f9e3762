// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/stateless_response.h"

#include <functional>
#include <string>

#include "sip/transaction/source_via.h"
#include "sip/transaction/transaction_key.h"

namespace godwit::sip {

Message make_stateless_response(const Message& request, const net::Flow& flow, int status) {
  const std::string tag = std::to_string(std::hash<std::string>{}(server_key(request)));
  Message marked = request;
  write_source(marked, flow.remote);
  return make_response(marked, status, tag);
}

}  // namespace godwit::sip
