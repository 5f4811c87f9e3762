// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/source_via.h"

namespace godwit::sip {

void write_source(Message& request, const net::SocketAddress& source) {
  Via via = request.top_via();
  const bool true_host = same_host(via.host, Host(source.address));
  if (true_host && !via.rport && !via.received) return;
  via.received.reset();  // what the sender claims of itself here is not believed
  if (!true_host || via.rport) via.received = source.address;
  if (via.rport) via.rport = source.port;
  request.remove_first(Field::via);
  request.prepend(Field::via, to_string(via));
}

net::Flow way_back(const Message& request, const net::Flow& flow) {
  if (flow.transport != net::Transport::udp) return flow;
  const Via via = request.top_via();
  if (via.rport) return flow;
  net::Flow back = flow;
  back.remote.port = via.port != 0 ? via.port : 5060;
  return back;
}

}  // namespace godwit::sip
