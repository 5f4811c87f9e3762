// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "lab/figures.h"
#include "lab/report.h"

namespace godwit::lab {

/// One change of a run, ready to be drawn. Times are milliseconds after t0, when the new network
/// worked.
struct Story {
  /// Who sends and receives: A under each of its addresses, the server, the peer.
  struct Lifeline {
    enum class Kind { left, reached, server, peer } kind = Kind::server;
    std::string name;  ///< "LTE", "server"
    std::string address;
  };
  /// A message, or the first sound of a direction, when A sent or received it.
  struct Arrow {
    double at_ms = 0;
    std::size_t from = 0;  ///< index of lifelines
    std::size_t to = 0;
    std::string text;  ///< "UPDATE", "200 to UPDATE", "first RTP"
    bool media = false;
    bool lost = false;  ///< it went to an address that A no longer had
  };
  /// Something that the operating system or godwit itself told.
  struct Remark {
    enum class Kind { network, decision, outcome } kind = Kind::network;
    double at_ms = 0;
    std::string text;
  };
  /// A frame of speech, where it arrived.
  struct Frame {
    double at_ms = 0;
    bool by_new = false;  ///< from or to A's new address
  };
  struct Silence {
    double from_ms = 0;
    double until_ms = 0;
  };
  struct Direction {
    std::vector<Frame> frames;
    std::optional<Silence> silence;  ///< the longest one, where it is longer than 60 ms
    std::optional<double> lost;      ///< frames of 20 ms
  };
  struct Stage {
    std::string name;
    std::string figure;  ///< its name in the report
    std::optional<double> ms;
  };

  std::string headline;
  bool survived = false;
  double from_ms = 0, until_ms = 0;  ///< what is drawn
  double begun_ms = 0;               ///< the old network was about to go
  std::optional<double> gone_ms;     ///< the old address left; empty: it stays
  std::optional<double> moving_ms;   ///< A began to move the call
  std::optional<double> moved_ms;    ///< A told that it has moved
  std::vector<Lifeline> lifelines;
  std::vector<Arrow> arrows;    ///< by time
  std::vector<Remark> remarks;  ///< by time
  Direction out;                ///< as the peer received it
  Direction in;                 ///< as A received it
  std::vector<Stage> stages;
  std::vector<std::string> round_trips;
};

/// @param index  of the change
/// @param events  A's, as it printed them
[[nodiscard]] Story tell_story(const Evidence& seen, const std::vector<ChangeMark>& marks,
                               const ChangeResult& change, std::size_t index,
                               const std::vector<nlohmann::json>& events);

}  // namespace godwit::lab
