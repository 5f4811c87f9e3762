// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>

#include "server/path_finder.h"
#include "sip/transaction/transaction_table.h"

namespace godwit::server {

/// Finds another way for responses whose connection is gone: a new one to where the request came
/// from, else to what its Via names (RFC 3261 §18.2.2, RFC 3263 §5).
class ResponsePath {
 public:
  /// Both outlive it.
  ResponsePath(sip::TransactionTable& transactions, PathFinder& paths)
      : transactions_(transactions), paths_(paths) {}

  void on_needed(const sip::ResponseNeedsRoute& needed, TimePoint now);
  /// A search has ended. @return whether it was one for a response.
  bool on_path(const PathFinder::Found& found, TimePoint now);

 private:
  struct Waiting {
    sip::ServerId transaction;
    std::optional<sip::NextHop> otherwise;
  };

  sip::TransactionTable& transactions_;
  PathFinder& paths_;
  std::map<PathFinder::Ticket, Waiting> waiting_;
};

}  // namespace godwit::server
