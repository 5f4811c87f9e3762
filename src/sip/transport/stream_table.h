// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "godwit/error.h"
#include "godwit/time.h"
#include "net/flow.h"
#include "sip/transport/stream_framer.h"

namespace godwit::sip {

/// The open TCP and TLS streams of one agent: cuts what comes into messages, answers pings, closes
/// what cannot be read any further. What is alive and how that is found out is `KeepAlive`'s.
class StreamTable {
 public:
  /// One whole message, not parsed yet.
  struct Message {
    net::Flow flow;
    std::string bytes;
  };
  /// A double CRLF came: a CRLF is to be sent back.
  struct Ping {
    net::Flow flow;
  };
  struct Pong {
    net::Flow flow;
  };
  /// The stream cannot be read any further. If `status` is not 0 a request stands in `head` and is
  /// answered with it; then the stream is closed.
  struct Broken {
    net::Flow flow;
    std::string head;
    int status = 0;
    std::string reason;  ///< for the log
  };
  using Output = std::variant<Message, Ping, Pong, Broken>;

  void on_opened(const net::Flow& flow, StreamFramer::Opened by);
  [[nodiscard]] std::vector<Output> on_bytes(net::FlowId flow, std::string_view bytes);
  void on_closed(net::FlowId flow);

  [[nodiscard]] const net::Flow* find(net::FlowId flow) const;
  [[nodiscard]] std::size_t size() const { return streams_.size(); }

 private:
  struct Stream {
    net::Flow flow;
    StreamFramer framer;
  };
  std::map<net::FlowId, Stream> streams_;
};

}  // namespace godwit::sip
