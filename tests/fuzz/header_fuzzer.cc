// SPDX-License-Identifier: Apache-2.0
// Whatever a header field's own type reads, it writes so that it reads the same. The first byte of
// an input says which field, the rest is its value.

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.h"
#include "base/limits.h"
#include "fuzz_input.h"
#include "sip/header/accept.h"
#include "sip/header/accept_encoding.h"
#include "sip/header/address.h"
#include "sip/header/asserted_identity.h"
#include "sip/header/call_id.h"
#include "sip/header/check_field.h"
#include "sip/header/contact.h"
#include "sip/header/contact_preference.h"
#include "sip/header/content_disposition.h"
#include "sip/header/date.h"
#include "sip/header/dialog_reference.h"
#include "sip/header/diversion.h"
#include "sip/header/event_package.h"
#include "sip/header/from_to.h"
#include "sip/header/history_info.h"
#include "sip/header/identity.h"
#include "sip/header/info_link.h"
#include "sip/header/info_package.h"
#include "sip/header/language.h"
#include "sip/header/media_type.h"
#include "sip/header/mime_version.h"
#include "sip/header/number.h"
#include "sip/header/plain_text.h"
#include "sip/header/priority.h"
#include "sip/header/privacy.h"
#include "sip/header/product.h"
#include "sip/header/rack.h"
#include "sip/header/reason.h"
#include "sip/header/refer_sub.h"
#include "sip/header/referred_by.h"
#include "sip/header/request_disposition.h"
#include "sip/header/retry_after.h"
#include "sip/header/session_expires.h"
#include "sip/header/session_id.h"
#include "sip/header/subscription_state.h"
#include "sip/header/timestamp.h"
#include "sip/header/token_list.h"
#include "sip/header/user_to_user.h"
#include "sip/header/warning.h"

namespace {

using namespace godwit::sip;

void expect_within(const Fault& fault, std::string_view text) {
  GODWIT_ASSERT(fault.at <= text.size() && *fault.what != '\0');
}

/// Parse, write, parse: equal, and written the same again.
template <auto Parse>
void round_trip(std::string_view text) {
  const auto value = Parse(text);
  if (!value) return expect_within(value.error(), text);
  const auto written = to_string(*value);
  GODWIT_ASSERT(written.find_first_of("\r\n") == std::string::npos);
  const auto again = Parse(written);
  GODWIT_ASSERT(again && *again == *value);
  GODWIT_ASSERT(to_string(*again) == written);
}

/// What is read without copying says the same as the value.
void contact(std::string_view text) {
  round_trip<parse_contact>(text);
  const auto parts = scan_contact(text);
  if (!parts) return expect_within(parts.error(), text);
  const auto value = parse_contact(text);
  if (!value) return;
  GODWIT_ASSERT(!parts->all && parts->q == value->q && parts->expires == value->expires);
  GODWIT_ASSERT(parts->reg_id == value->reg_id);
  GODWIT_ASSERT(parts->instance.empty() == value->instance.empty());
}

void history_info(std::string_view text) {
  round_trip<parse_history_info>(text);
  auto entry = parse_history_info(text);
  if (!entry || !entry->uri.is_sip()) return;
  set_history_reason(*entry, text);
  set_history_privacy(*entry, text);
  GODWIT_ASSERT(history_reason(*entry) == text && history_privacy(*entry) == text);
  // Escaped, both texts may not fit into a URI that is read.
  const bool fits = to_string(entry->uri).size() <= godwit::limits::kUriBytes &&
                    entry->uri.headers.size() <= godwit::limits::kParameters;
  if (fits) GODWIT_ASSERT(parse_history_info(to_string(*entry)) == *entry);
}

void user_to_user(std::string_view text) {
  round_trip<parse_user_to_user>(text);
  if (const auto value = parse_user_to_user(text)) (void)octets_of(*value);
}

void numbers(std::string_view text) {
  if (const auto number = scan_number(text)) {
    GODWIT_ASSERT(scan_number(std::to_string(*number)) == number);
  }
  if (const auto q = scan_qvalue(text)) GODWIT_ASSERT(scan_qvalue(write_qvalue(*q)) == q);
  if (const auto delta = scan_delta_seconds(text)) {
    GODWIT_ASSERT(scan_delta_seconds(write_delta_seconds(*delta)) == delta);
  }
}

/// What the check takes, the view goes through without loss.
void token_list(std::string_view text) {
  const TokenList list(text);
  const std::vector<std::string_view> tokens(list.begin(), list.end());
  const auto wrong = check_token_list(text, EmptyList::allowed);
  if (wrong) return expect_within(*wrong, text);
  const auto written = write_token_list(tokens);
  const TokenList again(written);
  GODWIT_ASSERT(std::equal(tokens.begin(), tokens.end(), again.begin(), again.end()));
  GODWIT_ASSERT(tokens_missing(list, {}) == written && tokens_missing(list, tokens).empty());
}

void text(std::string_view wild) {
  const auto plain = plain_text(wild);
  GODWIT_ASSERT(plain_text(plain) == plain);
  GODWIT_ASSERT(plain.find_first_of("\r\n") == std::string::npos);
}

/// The second byte says which field, the rest is held to that field's grammar.
void any_field(std::string_view text) {
  if (text.empty()) return;
  constexpr unsigned kFieldCount = static_cast<unsigned>(Field::extension) + 1;
  const auto field = static_cast<Field>(static_cast<unsigned char>(text.front()) % kFieldCount);
  const auto value = text.substr(1);
  if (const auto wrong = check_field(field, value)) expect_within(*wrong, value);
}

struct Family {
  char key;
  void (*run)(std::string_view);
};
constexpr std::array kFamilies{
    Family{'#', numbers},
    Family{'*', any_field},
    Family{',', token_list},
    Family{'A', round_trip<parse_accept_contact>},
    Family{'B', round_trip<parse_products>},
    Family{'C', round_trip<parse_contacts>},
    Family{'D', round_trip<parse_request_disposition>},
    Family{'E', round_trip<parse_event>},
    Family{'G', round_trip<parse_info_package>},
    Family{'I', round_trip<parse_in_reply_to>},
    Family{'K', round_trip<parse_rack>},
    Family{'L', round_trip<parse_language_range>},
    Family{'M', round_trip<parse_media_range>},
    Family{'N', round_trip<parse_min_se>},
    Family{'O', text},
    Family{'P', round_trip<parse_asserted_identity>},
    Family{'R', round_trip<parse_reject_contact>},
    Family{'S', round_trip<parse_refer_sub>},
    Family{'T', round_trip<parse_timestamp>},
    Family{'X', round_trip<parse_session_expires>},
    Family{'a', round_trip<parse_address>},
    Family{'b', round_trip<parse_referred_by>},
    Family{'c', contact},
    Family{'d', round_trip<parse_diversion>},
    Family{'e', round_trip<parse_encoding_range>},
    Family{'f', round_trip<parse_from_to>},
    Family{'g', round_trip<parse_date>},
    Family{'h', history_info},
    Family{'j', round_trip<parse_join>},
    Family{'k', round_trip<parse_retry_after>},
    Family{'l', round_trip<parse_info_link>},
    Family{'m', round_trip<parse_media_type>},
    Family{'n', round_trip<parse_subscription_state>},
    Family{'o', round_trip<parse_content_disposition>},
    Family{'p', round_trip<parse_privacy>},
    Family{'q', round_trip<parse_priority>},
    Family{'r', round_trip<parse_route>},
    Family{'s', round_trip<parse_session_id>},
    Family{'t', round_trip<parse_target_dialog>},
    Family{'u', user_to_user},
    Family{'v', round_trip<parse_mime_version>},
    Family{'w', round_trip<parse_warning>},
    Family{'x', round_trip<parse_replaces>},
    Family{'y', round_trip<parse_identity>},
    Family{'z', round_trip<parse_reason>},
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const char key = static_cast<char>(data[0]);
  const auto* const family = std::find_if(kFamilies.begin(), kFamilies.end(),
                                          [&](const Family& known) { return known.key == key; });
  if (family == kFamilies.end()) return 0;
  // A heap block of exactly the value's size: reading past its end is seen.
  const auto value = std::make_unique<char[]>(size - 1);
  std::copy(data + 1, data + size, value.get());
  family->run({value.get(), size - 1});
  return 0;
}
