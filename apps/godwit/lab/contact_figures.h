// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "lab/clock.h"
#include "lab/lab.h"
#include "lab/observation.h"

namespace godwit::lab {

/// How A came by its server: milliseconds after the command was given, empty where it did not
/// happen.
struct ContactFigures {
  std::optional<double> registered_ms;    ///< 200 to REGISTER at A
  std::optional<double> next_request_ms;  ///< first byte of the INVITE that follows, leaving A
  std::optional<double> next_request_after_ms;  ///< the same, after the 200
  std::optional<double> answered_ms;            ///< 200 to that INVITE
  int into_the_hole = 0;        ///< packets that A sent to the server's other address
  int calls_into_the_hole = 0;  ///< of these, INVITEs and REGISTERs over UDP: one is one too many
  std::string server;           ///< who sent the 200: "tcp 10.8.0.2:5060"
};

/// Reads them out of A's capture.
/// @param hole  the address that nothing comes back from
[[nodiscard]] ContactFigures read_contact(const std::vector<CapturedPacket>& at_a,
                                          const Observation& seen, const Moment& given,
                                          const net::IpAddress& hole);

/// One walk through a scenario of the course "contact".
struct ContactResult {
  ContactFigures figures;
  std::vector<std::string> problems;

  /// Registered, and its call was answered.
  [[nodiscard]] bool survived() const {
    return figures.registered_ms && figures.answered_ms && problems.empty();
  }
};

/// The JSON object of `godwit lab run --json`.
[[nodiscard]] nlohmann::json make_contact_report(const LabOptions& options,
                                                 const std::vector<ContactResult>& runs);
/// The same for people.
[[nodiscard]] std::string make_contact_table(const LabOptions& options,
                                             const nlohmann::json& report);

}  // namespace godwit::lab
