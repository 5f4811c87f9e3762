// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "sip/message/message.h"
#include "sip/message/uri.h"

namespace godwit::ua {

/// Where redirections of one INVITE lead (RFC 3261 §8.1.3.4): gathers the Contacts of 3xx answers,
/// the preferred first, and hands them out one at a time, none of them twice.
class Redirection {
 public:
  /// @param hops  how many 3xx are followed
  explicit Redirection(int hops) : hops_(hops) {}

  struct Target {
    int status = 302;               ///< of the 3xx that named it
    sip::Uri uri;                   ///< fit for a Request-URI
    std::optional<sip::Uri> proxy;  ///< the way that a 305 asks for
  };
  /// The INVITE for `asked` was answered with a 3xx: where it goes next. Empty when the answer names
  /// nothing that can be called and has not been, or too many have been followed.
  [[nodiscard]] std::optional<Target> on_redirect(const sip::Message& response,
                                                  const sip::Uri& asked);
  /// A target failed with a final answer below 600, or none: the next one.
  [[nodiscard]] std::optional<Target> next();

 private:
  void take_proxy(const sip::Message& response, const sip::Uri& asked);
  void take_contacts(const sip::Message& response);
  [[nodiscard]] bool is_new(const Target& target) const;

  int hops_;
  std::deque<Target> waiting_;
  std::vector<Target> tried_;
};

}  // namespace godwit::ua
