// SPDX-License-Identifier: Apache-2.0
// Stands for stream_ports.cc and what is below it in a build with neither TCP nor TLS.
#include "io/stream_ports.h"

#include <utility>

namespace godwit::io {

struct StreamListener::Op {};
StreamListener::~StreamListener() = default;

StreamPorts::StreamPorts(Loop& loop, Options options, Deliver deliver)
    : loop_(loop), options_(std::move(options)), deliver_(std::move(deliver)), tls_(loop) {}

StreamPorts::~StreamPorts() = default;

Result<void> StreamPorts::open(const sip::OpenStream&) {
  return fail(Errc::unsupported, "neither TCP nor TLS is built in");
}

Result<net::SocketAddress> StreamPorts::listen(const sip::OpenListener&) {
  return fail(Errc::unsupported, "neither TCP nor TLS is built in");
}

bool StreamPorts::send(const sip::SendMessage&) {
  return false;
}

void StreamPorts::close(net::FlowId) {}

}  // namespace godwit::io
