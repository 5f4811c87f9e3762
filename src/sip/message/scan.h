// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sip/message/grammar.h"
#include "sip/message/uri.h"

namespace godwit::sip {

// The scanners find and check the parts of a field value in one pass, without copying any of it.
// `parse_message` uses them to check a message, the parsers to build values, and who reads many
// messages reads them as they are: all views lead into the scanned text.

/// `;name=value`.
struct ParameterParts {
  std::string_view name;
  std::optional<std::string_view> value;  // with its quotes, when it has any
};

struct UriParts {
  std::string_view scheme;
  std::string_view user;
  std::string_view password;
  std::string_view host;        // IPv6 in brackets
  std::string_view parameters;  // from the first ";" on
  std::string_view headers;     // what follows "?"
  std::string_view opaque;      // of schemes other than sip and sips
  std::uint16_t port = 0;       // 0: not given
};

struct NameAddrParts {
  UriParts uri;
  std::string_view display_name;  // with its quotes, when it has any
  std::string_view parameters;    // from the first ";" on
  std::string_view tag;           // of those; "" when there is none
};

struct ViaParts {
  std::string_view transport;
  std::string_view host;               // of sent-by; IPv6 in brackets
  std::string_view branch;             // "" when there is none
  std::string_view received;           // an address, perhaps in brackets; "" when there is none
  std::string_view parameters;         // all of them, from the first ";" on
  std::optional<std::uint16_t> rport;  // 0: asked for, without a value
  std::uint16_t port = 0;              // of sent-by; 0: not given
};

struct CSeqParts {
  std::uint32_t number = 0;
  std::string_view method;
};

/// Reads the parameter whose ";" stands at `at`, and moves `at` behind it.
[[nodiscard]] Scanned<ParameterParts> scan_field_parameter(std::string_view text, std::size_t& at);
[[nodiscard]] Scanned<ParameterParts> scan_uri_parameter(std::string_view text, std::size_t& at);

/// Hands each parameter of `text` ("" or from the first ";" on) to `visit`, up to the first fault.
template <class Scan, class Visit>
std::optional<Fault> for_each_parameter(std::string_view text, Scan scan, Visit visit) {
  for (std::size_t at = 0; at < text.size();) {
    const auto parameter = scan(text, at);
    if (!parameter) return parameter.error();
    visit(*parameter);
  }
  return std::nullopt;
}
[[nodiscard]] Parameters read_parameters(std::string_view text,
                                         Scanned<ParameterParts> (*scan)(std::string_view,
                                                                         std::size_t&));

/// Reads "host" or "host:port" at `at`, moves `at` behind it. White space around the colon is taken
/// when `Spaces::allowed` (a Via's sent-by).
struct HostPort {
  std::string_view host;
  std::uint16_t port = 0;
};
enum class Spaces { allowed, refused };
[[nodiscard]] Scanned<HostPort> scan_host_port(std::string_view text, std::size_t& at,
                                               Spaces spaces);

[[nodiscard]] Scanned<UriParts> scan_uri(std::string_view text);
/// ( name-addr / addr-spec ) *( SEMI param ). A display name without quotes is taken as it stands,
/// even with characters that are no token (RFC 4475 §3.1.2.15).
[[nodiscard]] Scanned<NameAddrParts> scan_name_addr(std::string_view text);
[[nodiscard]] Scanned<ViaParts> scan_via(std::string_view text);
[[nodiscard]] Scanned<CSeqParts> scan_cseq(std::string_view text);

// The same into what is there already, for who reads many. On a fault `parts` is what was read
// until then.
[[nodiscard]] bool scan_uri_into(std::string_view text, UriParts& parts, Fault& fault);
[[nodiscard]] bool scan_name_addr_into(std::string_view text, NameAddrParts& parts, Fault& fault);
[[nodiscard]] bool scan_via_into(std::string_view text, ViaParts& parts, Fault& fault);
[[nodiscard]] bool scan_cseq_into(std::string_view text, CSeqParts& parts, Fault& fault);

[[nodiscard]] Uri read_uri(const UriParts& parts);
/// The tag parameter of a From or To value; "" when there is none or the value does not read.
[[nodiscard]] std::string_view scan_tag(std::string_view text);

}  // namespace godwit::sip
