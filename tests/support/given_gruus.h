// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "net/flow.h"
#include "sip/message/message.h"
#include "sip/message/name_addr.h"

namespace godwit::test {

/// The GRUUs that a host was given (RFC 5627), read from what comes to it: no others may stand in what it says
/// of itself, and none at all in a REGISTER.
class GivenGruus {
 public:
  /// Bytes of a flow; a connection may split them anywhere.
  void on_received(net::FlowId flow, std::string_view bytes) {
    auto& text = unread_[flow];
    text += bytes;
    for (const std::string_view name : {"pub-gruu=\"", "temp-gruu=\"", "pub-gruu uri=\"", "temp-gruu uri=\""}) {
      for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
        const auto begin = at + name.size();
        const auto end = text.find('"', begin);
        if (end != std::string::npos) given_.insert(text.substr(begin, end - begin));
      }
    }
    if (text.size() > kKept) text.erase(0, text.size() - kKept);
    if (unread_.size() > kFlows) unread_.erase(unread_.begin());  // the oldest one, long gone
  }

  /// @return what is untrue of a message that the host sends; empty when nothing is.
  [[nodiscard]] std::optional<std::string> find_untold(const std::string& bytes) const {
    const auto message = sip::read_message(bytes).message;
    // What others are called is theirs to know.
    if (message.status() >= 300 && message.status() < 400) return std::nullopt;
    for (const auto value : message.values(sip::Field::contact)) {
      const auto contact = sip::parse_name_addr(value);
      if (!contact || !sip::has_parameter(contact->uri.parameters, "gr")) continue;
      if (message.method() == sip::Method::register_) return "a GRUU is registered";
      const auto uri = sip::to_string(contact->uri);
      if (given_.count(uri) == 0) return "nobody gave the GRUU " + uri;
    }
    return std::nullopt;
  }

 private:
  static constexpr std::size_t kKept = 4096;  // more than one Contact
  static constexpr std::size_t kFlows = 32;   // more than are open at a time
  std::map<net::FlowId, std::string> unread_;
  std::set<std::string> given_;
};

}  // namespace godwit::test
