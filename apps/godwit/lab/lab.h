// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace godwit::lab {

/// What `godwit lab run` was asked for.
struct LabOptions {
  std::string scenario = "wifi-to-lte";
  std::string transport = "udp";    ///< A's: "udp", "tcp" or "tls"
  std::string server = "embedded";  ///< "embedded" (godwit serve) or "kamailio"
  std::string peer = "godwit";      ///< B: "godwit" or "baresip"
  std::string media = "plain";      ///< how sound is protected: "plain", "sdes" or "dtls"
  int runs = 1;                     ///< how often the scenario is walked, 1 to 1000
  int down_ms = 0;                  ///< time without any network in a break, 0 to 60000
  std::string out_dir;              ///< where the evidence goes; empty: out/lab/<scenario>
  bool json = false;                ///< the report as one JSON object on stdout, not the table
  bool why = false;                 ///< the table says why each change took the round trips it took
  bool color = false;               ///< ANSI colours in table and progress
  bool progress = true;             ///< what happens, live, on stderr

  double one_way_ms = 25;      ///< delay of each access link, per direction
  double jitter_ms = 0;        ///< up to this much more delay, uniformly; order is kept
  double loss_percent = 0;     ///< of all packets, per direction
  double reorder_percent = 0;  ///< of all packets: these overtake, their delay is 0
  double rate_kbps = 0;        ///< per direction; 0: no limit
  std::uint64_t seed = 1;      ///< for loss, jitter, the moment of change and the voices
};

struct ScenarioSummary {
  std::string_view name;
  std::string_view sentence;
};

/// The scenarios of `godwit lab list`, in the order in which they are shown.
[[nodiscard]] const std::vector<ScenarioSummary>& list_scenarios();

/// Walks a scenario and prints the table, or the JSON object, on stdout; progress and errors on
/// stderr.
///
/// Call it on the main thread: it handles SIGINT and SIGTERM until it returns.
/// @return 0 survived · 9 not survived · 1 the rig could not be built (a sentence says what is
///         missing) · 2 no such scenario, server, peer or transport · 130 interrupted.
[[nodiscard]] int run_lab(const LabOptions& options);

}  // namespace godwit::lab
