// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "godwit/error.h"
#include "godwit/time.h"
#include "sip/locate/locator.h"

namespace godwit::io {

/// What surrounds a search: see `UserAgentOptions` for the same names.
struct LocateDriverOptions {
  std::string hosts_file;
  std::vector<std::string> dns_servers;
  sip::LocatePolicy policy;
};

/// What a search came to.
struct LocateOutcome {
  struct Query {
    sip::Locator::Question question;
    std::optional<Duration> took;  ///< empty: not answered, or known without asking
  };
  std::vector<sip::Target> targets;  ///< best first
  std::vector<Query> queries;        ///< in the order asked
  /// Why the search is not complete (timed_out, cancelled) or found nothing.
  std::optional<Error> error;
};

/// Drives one `sip::Locator` through one search, on a loop of its own: what a user agent would find
/// when it sends its first request now. Contacts name servers only.
class LocateDriver {
 public:
  /// Looks at the network once.
  explicit LocateDriver(LocateDriverOptions options);
  ~LocateDriver();
  LocateDriver(const LocateDriver&) = delete;
  LocateDriver& operator=(const LocateDriver&) = delete;

  /// Searches to the end, at most `limit` long. Once only.
  [[nodiscard]] LocateOutcome run(const sip::NextHop& hop, Duration limit);
  /// Makes `run()` return with what is known. Any thread.
  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace godwit::io
