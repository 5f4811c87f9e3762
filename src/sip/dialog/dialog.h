// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sip/header/dialog_reference.h"
#include "sip/message/message.h"

namespace godwit::sip {

/// One dialog (RFC 3261 §12): identity, sequence numbers, route set and remote target. It knows no
/// address of ours: Via and Contact are added when the flow is known.
class Dialog {
 public:
  /// UAC side, from the INVITE sent and a 1xx (with To tag) or 2xx to it (§12.1.2).
  /// Errors: `malformed_message` when the response lacks what a dialog needs.
  static Result<Dialog> from_response(const Message& request, const Message& response);
  /// UAS side, from the INVITE received (§12.1.1) and the tag we answer with.
  static Result<Dialog> from_request(const Message& request, std::string local_tag);

  /// Subscriber's side, from the SUBSCRIBE sent and the first NOTIFY, which may come before the answer
  /// (RFC 6665 §4.4.1).
  static Result<Dialog> from_notify(const Message& subscribe, const Message& notify);

  [[nodiscard]] const std::string& call_id() const { return call_id_; }
  [[nodiscard]] const std::string& local_tag() const { return local_tag_; }
  [[nodiscard]] const std::string& remote_tag() const { return remote_tag_; }
  [[nodiscard]] const NameAddr& local() const { return local_; }
  [[nodiscard]] const NameAddr& remote() const { return remote_; }
  [[nodiscard]] const Uri& remote_target() const { return remote_target_; }
  [[nodiscard]] const std::vector<NameAddr>& route_set() const { return route_set_; }
  [[nodiscard]] std::uint32_t local_sequence() const { return local_sequence_; }

  /// Do Call-ID and tags of a request from the peer name this dialog?
  [[nodiscard]] bool matches(const Message& request) const;
  [[nodiscard]] bool has_name(const DialogName& name) const {
    return call_id_ == name.call_id && local_tag_ == name.local_tag &&
           remote_tag_ == name.remote_tag;
  }

  /// A request inside the dialog with the next CSeq (§12.2.1.1): Request-URI, Route, From, To,
  /// Call-ID, CSeq and Max-Forwards are set.
  [[nodiscard]] Message make_request(Method method);
  /// Our next request has a higher number than `sequence`, which others of the same INVITE have used.
  void skip_to(std::uint32_t sequence) { local_sequence_ = std::max(local_sequence_, sequence); }
  /// The ACK for a 2xx to the INVITE with this CSeq number (§13.2.2.4).
  [[nodiscard]] Message make_ack(std::uint32_t invite_cseq) const;

  enum class Order { in_order, out_of_order };
  /// Checks and advances the remote sequence number (§12.2.2); out of order is answered with 500.
  [[nodiscard]] Order accept_request(const Message& request);
  /// A target refresh (INVITE, UPDATE) from the peer, or a 2xx to ours: takes its Contact (§12.2).
  void refresh_target(const Message& message);
  /// The 2xx that confirms the dialog sets the route set for good (§13.2.2.4).
  void confirm(const Message& response);

  /// The flow that an edge proxy has named in its Record-Route, in the user part (RFC 5626 §5.3), is gone: left
  /// there, it would send our own requests down that flow again. What it said else stays.
  void forget_flow_tokens();

  /// Where requests go: first Route if there is one, else the remote target (§12.2.1.1, §8.1.2).
  [[nodiscard]] const Uri& next_hop() const;

 private:
  Dialog() = default;
  [[nodiscard]] Message build(std::string_view method, std::uint32_t cseq) const;

  std::string call_id_, local_tag_, remote_tag_;
  NameAddr local_, remote_;
  Uri remote_target_;
  std::vector<NameAddr> route_set_;
  std::uint32_t local_sequence_ = 0;
  std::optional<std::uint32_t> remote_sequence_;
};

}  // namespace godwit::sip
