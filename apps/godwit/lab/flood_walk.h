// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lab/progress.h"
#include "lab/run.h"

namespace godwit::lab {

/// Packets and their bytes, as the kernel counts them.
struct Traffic {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
};

/// One walk through the scenario "flood".
struct FloodResult {
  double seconds = 0;
  std::uint64_t junk_sent = 0;
  std::uint64_t invites_sent = 0;
  Traffic arrived;   ///< at A, from forged sources
  Traffic answered;  ///< by A, to them
  double resident_before_kb = 0;
  double resident_most_kb = 0;
  double speech_percent = 0;  ///< RTP packets of A that B got, of those that there should be
  bool call_is_up = false;
  bool registered = false;
  std::vector<std::string> problems;

  /// Bytes out for each byte in, toward sources that nobody has proven.
  [[nodiscard]] double amplification() const;
  [[nodiscard]] bool survived() const;
};

/// Walks the scenario once: A talks to B while 20,000 datagrams of junk and 2,000 INVITEs a second
/// come from forged sources. Everything it started has ended when it returns.
[[nodiscard]] Result<FloodResult> walk_flood(const RunOrder& order, Progress& progress);

/// The JSON object of `godwit lab run flood --json`.
[[nodiscard]] nlohmann::json make_flood_report(const LabOptions& options,
                                               const std::vector<FloodResult>& runs);
/// The same for people.
[[nodiscard]] std::string make_flood_table(const nlohmann::json& report);

/// The counter of the rule with this comment, in what `nft list` prints.
[[nodiscard]] Traffic read_counter(const std::string& listing, const std::string& comment);

}  // namespace godwit::lab
