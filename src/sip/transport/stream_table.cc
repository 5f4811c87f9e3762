// SPDX-License-Identifier: Apache-2.0
#include "sip/transport/stream_table.h"

#include <utility>

#include "base/overloaded.h"
#include "sip/message/message.h"

namespace godwit::sip {
namespace {

/// A head that came whole is answered when it is a request's, and not an ACK's (RFC 3261 §17).
bool may_be_answered(const std::string& head) {
  if (head.empty()) return false;
  const ReadMessage read = read_message(head);
  return read.message.is_request() && !read.message.method_name().empty() &&
         read.message.method() != Method::ack;
}

StreamTable::Broken broken(const net::Flow& flow, StreamFault fault) {
  StreamTable::Broken broken{
      flow, {}, 0, std::string(to_string(fault.kind)) + " at byte " + std::to_string(fault.at)};
  if (may_be_answered(fault.head)) {
    broken.status = answer_to(fault.kind);
    broken.head = std::move(fault.head);
  }
  return broken;
}

StreamTable::Output output_on(const net::Flow& flow, StreamFramer::Output output) {
  return std::visit(overloaded{[&](StreamFramer::MessageReceived& received) -> StreamTable::Output {
                                 return StreamTable::Message{flow, std::move(received.bytes)};
                               },
                               [&](StreamFramer::PingReceived&) -> StreamTable::Output {
                                 return StreamTable::Ping{flow};
                               },
                               [&](StreamFramer::PongReceived&) -> StreamTable::Output {
                                 return StreamTable::Pong{flow};
                               },
                               [&](StreamFault& fault) -> StreamTable::Output {
                                 return broken(flow, std::move(fault));
                               }},
                    output);
}

}  // namespace

void StreamTable::on_opened(const net::Flow& flow, StreamFramer::Opened by) {
  streams_.insert_or_assign(flow.id, Stream{flow, StreamFramer(by)});
}

std::vector<StreamTable::Output> StreamTable::on_bytes(net::FlowId flow, std::string_view bytes) {
  const auto found = streams_.find(flow);
  if (found == streams_.end()) return {};
  std::vector<Output> outputs;
  for (auto& output : found->second.framer.on_bytes(bytes)) {
    outputs.push_back(output_on(found->second.flow, std::move(output)));
  }
  return outputs;
}

void StreamTable::on_closed(net::FlowId flow) {
  streams_.erase(flow);
}

const net::Flow* StreamTable::find(net::FlowId flow) const {
  const auto found = streams_.find(flow);
  return found == streams_.end() ? nullptr : &found->second.flow;
}

}  // namespace godwit::sip
