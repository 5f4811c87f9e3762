// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/text.h"
#include "sip/message/field.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace godwit::sip {

// The names of fields, and how a name finds its field: in a header for the one place where every
// line of every message asks for it.

namespace field_detail {

struct NamedField {
  std::string_view name;
  Field field = Field::extension;
};

// In the order of the enum, so that a field is its own index.
inline constexpr std::array kFields{
    NamedField{"Via", Field::via},
    NamedField{"Max-Forwards", Field::max_forwards},
    NamedField{"Route", Field::route},
    NamedField{"Record-Route", Field::record_route},
    NamedField{"From", Field::from},
    NamedField{"To", Field::to},
    NamedField{"Call-ID", Field::call_id},
    NamedField{"CSeq", Field::cseq},
    NamedField{"Contact", Field::contact},
    NamedField{"Expires", Field::expires},
    NamedField{"Min-Expires", Field::min_expires},
    NamedField{"Allow", Field::allow},
    NamedField{"Supported", Field::supported},
    NamedField{"Require", Field::require},
    NamedField{"Proxy-Require", Field::proxy_require},
    NamedField{"Unsupported", Field::unsupported},
    NamedField{"Accept", Field::accept},
    NamedField{"Accept-Encoding", Field::accept_encoding},
    NamedField{"Accept-Language", Field::accept_language},
    NamedField{"User-Agent", Field::user_agent},
    NamedField{"Server", Field::server},
    NamedField{"Date", Field::date},
    NamedField{"Subject", Field::subject},
    NamedField{"Reason", Field::reason},
    NamedField{"Retry-After", Field::retry_after},
    NamedField{"Warning", Field::warning},
    NamedField{"Event", Field::event},
    NamedField{"Authorization", Field::authorization},
    NamedField{"Proxy-Authorization", Field::proxy_authorization},
    NamedField{"WWW-Authenticate", Field::www_authenticate},
    NamedField{"Proxy-Authenticate", Field::proxy_authenticate},
    NamedField{"Authentication-Info", Field::authentication_info},
    NamedField{"Path", Field::path},
    NamedField{"Service-Route", Field::service_route},
    NamedField{"Session-Expires", Field::session_expires},
    NamedField{"Min-SE", Field::min_se},
    NamedField{"RAck", Field::rack},
    NamedField{"RSeq", Field::rseq},
    NamedField{"Refer-To", Field::refer_to},
    NamedField{"Referred-By", Field::referred_by},
    NamedField{"Replaces", Field::replaces},
    NamedField{"Content-Type", Field::content_type},
    NamedField{"Content-Disposition", Field::content_disposition},
    NamedField{"Content-Encoding", Field::content_encoding},
    NamedField{"Content-Language", Field::content_language},
    NamedField{"Content-Length", Field::content_length},
    NamedField{"MIME-Version", Field::mime_version},
    NamedField{"Alert-Info", Field::alert_info},
    NamedField{"Call-Info", Field::call_info},
    NamedField{"Error-Info", Field::error_info},
    NamedField{"In-Reply-To", Field::in_reply_to},
    NamedField{"Organization", Field::organization},
    NamedField{"Priority", Field::priority},
    NamedField{"Reply-To", Field::reply_to},
    NamedField{"Timestamp", Field::timestamp},
    NamedField{"Privacy", Field::privacy},
    NamedField{"P-Asserted-Identity", Field::p_asserted_identity},
    NamedField{"P-Preferred-Identity", Field::p_preferred_identity},
    NamedField{"Refer-Sub", Field::refer_sub},
    NamedField{"Target-Dialog", Field::target_dialog},
    NamedField{"Accept-Contact", Field::accept_contact},
    NamedField{"Reject-Contact", Field::reject_contact},
    NamedField{"Request-Disposition", Field::request_disposition},
    NamedField{"SIP-ETag", Field::sip_etag},
    NamedField{"SIP-If-Match", Field::sip_if_match},
    NamedField{"Join", Field::join},
    NamedField{"History-Info", Field::history_info},
    NamedField{"Max-Breadth", Field::max_breadth},
    NamedField{"Flow-Timer", Field::flow_timer},
    NamedField{"Diversion", Field::diversion},
    NamedField{"Info-Package", Field::info_package},
    NamedField{"Recv-Info", Field::recv_info},
    NamedField{"Subscription-State", Field::subscription_state},
    NamedField{"Allow-Events", Field::allow_events},
    NamedField{"Session-ID", Field::session_id},
    NamedField{"User-to-User", Field::user_to_user},
    NamedField{"Identity", Field::identity},
};
inline constexpr auto kFieldCount = static_cast<std::size_t>(Field::extension);

constexpr bool in_enum_order() {
  for (std::size_t i = 0; i < kFields.size(); ++i) {
    if (static_cast<std::size_t>(kFields[i].field) != i) return false;
  }
  return kFields.size() == kFieldCount;
}
static_assert(in_enum_order());

inline constexpr std::size_t kShortestName = 2;
inline constexpr std::size_t kLongestName = 20;
inline constexpr std::size_t kStep = 16;

/// A name's place in the table: each of ours has its own. The factors were searched for by trying;
/// one look replaces a comparison with up to eight names of the same length.
constexpr std::size_t slot_of(std::string_view name) {
  const auto letter = [&](std::size_t at) {
    return static_cast<unsigned>(static_cast<unsigned char>(name[at])) | 0x20U;
  };
  const auto size = static_cast<unsigned>(name.size());
  return (121 * size + 226 * letter(0) + 147 * letter(size - 1) + 157 * letter(size / 2)) & 0xffU;
}

inline constexpr std::array<Field, 256> kSlots = [] {
  std::array<Field, 256> slots{};
  slots.fill(Field::extension);
  for (const NamedField& known : kFields) slots[slot_of(known.name)] = known.field;
  return slots;
}();

/// A name in lower case, and with the bit that makes a letter lower case set for each letter: no
/// other byte but the letter's two forms then passes for it.
struct CaselessName {
  std::array<char, kLongestName> lower_case{};
  std::array<char, kLongestName> case_bits{};
};

inline constexpr std::array<CaselessName, kFieldCount> kCaselessNames = [] {
  std::array<CaselessName, kFieldCount> names{};
  for (std::size_t i = 0; i < kFieldCount; ++i) {
    for (std::size_t at = 0; at < kFields[i].name.size(); ++at) {
      const char c = to_lower(kFields[i].name[at]);
      names[i].lower_case[at] = c;
      names[i].case_bits[at] = c >= 'a' && c <= 'z' ? 0x20 : 0;
    }
  }
  return names;
}();

constexpr bool every_name_has_its_own_slot() {
  for (const NamedField& known : kFields) {
    const bool own = kSlots[slot_of(known.name)] == known.field;
    if (!own || known.name.size() < kShortestName || known.name.size() > kLongestName) return false;
  }
  return true;
}
static_assert(every_name_has_its_own_slot());

}  // namespace field_detail

[[nodiscard]] constexpr std::string_view known_field_name(Field field) {
  return field == Field::extension ? ""
                                   : field_detail::kFields[static_cast<std::size_t>(field)].name;
}

/// `field_from_name` for a name at the beginning of `rest`, all of which may be read: without a
/// branch on the name's length.
[[nodiscard]] inline Field field_at(std::string_view name, std::string_view rest) {
  using namespace field_detail;
#if defined(__SSE2__)
  if (name.size() < kShortestName || name.size() > kStep || rest.size() < kStep) {
    return field_from_name(name);
  }
  const Field field = kSlots[slot_of(name)];
  if (field == Field::extension) return field;
  const auto& known = kCaselessNames[static_cast<std::size_t>(field)];
  const auto load = [](const char* at) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  };
  const auto came = _mm_or_si128(load(rest.data()), load(known.case_bits.data()));
  const auto same = _mm_movemask_epi8(_mm_cmpeq_epi8(came, load(known.lower_case.data())));
  const auto wanted = (1U << name.size()) - 1;
  const bool ends = known_field_name(field).size() == name.size();
  return ends && (static_cast<unsigned>(same) & wanted) == wanted ? field : Field::extension;
#else
  static_cast<void>(rest);
  return field_from_name(name);
#endif
}

}  // namespace godwit::sip
