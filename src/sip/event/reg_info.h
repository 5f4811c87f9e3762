// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "godwit/error.h"

namespace godwit::sip {

/// What a registrar tells of registrations: an application/reginfo+xml document (RFC 3680 §5), with the GRUUs
/// of RFC 5628 and, as `unknown-param`, the instance and flow of outbound.
struct RegInfo {
  enum class Extent { full, partial };
  enum class State { init, active, terminated };
  /// What has brought a contact into its state (RFC 3680 §4.7.1, §5.1).
  enum class Event {
    registered,
    created,
    refreshed,
    shortened,
    expired,
    deactivated,
    probation,
    unregistered,
    rejected,
  };
  struct Contact {
    std::string id;  ///< of the element: the same in all documents of one subscription
    std::string uri;
    State state = State::active;  ///< active or terminated
    Event event = Event::registered;
    std::optional<std::chrono::seconds> expires{};      ///< that are left
    std::optional<std::chrono::seconds> retry_after{};  ///< with `probation`
    std::string call_id{};                              ///< of the REGISTER that has brought it here; empty: not told
    std::optional<std::uint32_t> cseq{};                ///< likewise
    std::string instance{};    ///< "urn:uuid:…"; empty: none
    std::uint32_t reg_id = 0;  ///< 0: none
    std::string pub_gruu{}, temp_gruu{};
    /// Temporary GRUUs that came by REGISTERs of this Call-ID with a lower CSeq lead nowhere any more.
    std::optional<std::uint32_t> first_cseq{};

    bool operator==(const Contact&) const = default;
  };
  struct Registration {
    std::string id;
    std::string aor;
    State state = State::init;
    std::vector<Contact> contacts{};

    bool operator==(const Registration&) const = default;
  };

  std::uint32_t version = 0;  ///< one more with each document of a subscription
  Extent extent = Extent::full;
  std::vector<Registration> registrations{};

  bool operator==(const RegInfo&) const = default;
};

inline constexpr std::string_view kRegInfoType = "application/reginfo+xml";

/// The word that documents use: "deactivated".
[[nodiscard]] std::string_view name_of(RegInfo::Event event);

/// Reads a document in UTF-8. What it does not know in there is passed over; nothing outside it is ever looked at.
/// Errors: `Errc::malformed_message`: no such document, one with a document type, or more in it than `limits` allow.
[[nodiscard]] Result<RegInfo> parse_reg_info(std::string_view text);
[[nodiscard]] std::string write_reg_info(const RegInfo& document);

}  // namespace godwit::sip
