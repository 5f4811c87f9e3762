// SPDX-License-Identifier: Apache-2.0
// Whatever is read as a message can be asked for everything, and is read the same way once written.

#include <string>

#include "base/assert.h"
#include "base/limits.h"
#include "fuzz_input.h"
#include "sip/message/message.h"

namespace {

using namespace godwit::sip;

/// What is read must be written so that it reads as the same value.
template <class Parse>
void expect_round_trip(std::string_view text, Parse parse) {
  const auto value = parse(text);
  if (!value) return;
  const auto again = parse(to_string(*value));
  GODWIT_ASSERT(again && *again == *value);
}

void touch_values(const Message& message) {
  for (int number = 0; number <= static_cast<int>(Field::extension); ++number) {
    const auto field = static_cast<Field>(number);
    const auto values = message.values(field);
    GODWIT_ASSERT(values.size() == message.count(field));
    for (const auto value : values) {
      expect_round_trip(value, parse_name_addr);
      expect_round_trip(value, parse_via);
      expect_round_trip(value, parse_cseq);
      expect_round_trip(value, parse_uri);
      GODWIT_ASSERT(value.find_first_of("\r\n") == value.npos);
    }
  }
  expect_round_trip(message.uri(), parse_uri);
  if (const auto uri = parse_uri(message.uri())) GODWIT_ASSERT(equivalent(*uri, *uri));
}

void expect_same(const Message& a, const Message& b) {
  GODWIT_ASSERT(a.is_request() == b.is_request() && a.status() == b.status());
  GODWIT_ASSERT(a.method() == b.method() && a.method_name() == b.method_name());
  GODWIT_ASSERT(a.uri() == b.uri() && a.reason() == b.reason() && a.body() == b.body());
  GODWIT_ASSERT(a.top_via() == b.top_via() && a.cseq() == b.cseq());
  GODWIT_ASSERT(a.call_id() == b.call_id());
  GODWIT_ASSERT(a.from_tag() == b.from_tag() && a.to_tag() == b.to_tag());
  for (int number = 0; number <= static_cast<int>(Field::extension); ++number) {
    const auto field = static_cast<Field>(number);
    if (field != Field::content_length) GODWIT_ASSERT(a.values(field) == b.values(field));
  }
}

/// What a proxy or a user agent does with a message, with values as bad as the message's own body.
void change(Message message) {
  const std::string wild(message.body());
  message.prepend(Field::via, "SIP/2.0/UDP h;branch=z9hG4bK1");
  message.add(Field::route, wild);
  message.set(Field::subject, wild);
  message.add_extension("X-Wild", wild);
  message.remove_first(Field::contact);
  message.set_uri(wild.empty() ? "sip:h" : wild);
  message.set_body("text/plain", message.body());
  const auto text = message.write();
  if (const auto again = parse_message(text)) {
    GODWIT_ASSERT(again->values(Field::via) == message.values(Field::via));
    GODWIT_ASSERT(again->call_id() == message.call_id());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  bytes.shrink_to_fit();
  const auto message = parse_message(std::move(bytes));
  if (!message) {
    GODWIT_ASSERT(!message.error().detail.empty());
    return 0;
  }
  touch_values(*message);
  const auto written = message->write();
  const auto again = parse_message(written);
  // Compact names grow and lists become lines: only so can a good message pass a limit.
  if (!again) {
    GODWIT_ASSERT(written.size() > godwit::limits::kMessageBytes);
    return 0;
  }
  expect_same(*message, *again);
  GODWIT_ASSERT(again->write() == written);
  if (message->is_request()) {
    const auto response = parse_message(make_response(*message, 486, "tag").write());
    GODWIT_ASSERT(response && response->values(Field::via) == message->values(Field::via));
  }
  change(*message);
  return 0;
}
