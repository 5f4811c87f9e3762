// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>
#include <vector>

#include "net/flow.h"
#include "sip/message/message.h"
#include "sip/transaction/transaction_table.h"

namespace godwit::sip {

/// Where outputs wait in order, and where every message passes on its way out: one that is not true
/// to its flow is a bug of ours, and stops the program with a sentence that says what is untrue.
class Outbox {
 public:
  explicit Outbox(Origin origin) : origin_(origin) {}

  Bytes send(const Message& message, const net::Flow& flow);
  /// What was sent before, on the flow it was written for.
  void send_again(const Bytes& bytes, const net::Flow& flow);
  void tell(TransactionOutput output) { outputs_.push_back(std::move(output)); }
  [[nodiscard]] std::vector<TransactionOutput> take() { return std::exchange(outputs_, {}); }

  [[nodiscard]] Origin origin() const { return origin_; }

 private:
  Origin origin_;
  std::vector<TransactionOutput> outputs_;
};

}  // namespace godwit::sip
