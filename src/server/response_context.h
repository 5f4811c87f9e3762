// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sip/message/message.h"

namespace godwit::server {

/// Gathers the answers of all branches of one forwarded request and decides which go upstream
/// (RFC 3261 §16.7). Responses come in with our own Via already removed.
class ResponseContext {
 public:
  struct Step {
    std::optional<sip::Message> forward;  ///< send this upstream now
    bool cancel_others = false;  ///< branches without a final answer are not wanted any more
  };

  ResponseContext(sip::Method method, std::size_t branches);

  /// A response of a branch, or one that we made up for a branch that failed.
  [[nodiscard]] Step on_response(std::size_t branch, sip::Message response);

  [[nodiscard]] bool is_finished(std::size_t branch) const { return finished_[branch]; }
  [[nodiscard]] bool all_finished() const;
  /// A final response has gone upstream; empty until then.
  [[nodiscard]] std::optional<int> final_status() const { return final_status_; }

 private:
  [[nodiscard]] Step on_success(sip::Message response);
  [[nodiscard]] sip::Message choose_best();

  sip::Method method_;
  std::vector<bool> finished_;
  std::vector<sip::Message> finals_;
  std::optional<int> final_status_;
};

}  // namespace godwit::server
