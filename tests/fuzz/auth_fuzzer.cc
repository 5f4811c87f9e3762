// SPDX-License-Identifier: Apache-2.0
// Whatever is read as a challenge, as credentials or as an info reads the same once written,
// scanned or parsed; and whatever challenges are answered, the answer can be checked.

#include <algorithm>
#include <memory>
#include <string>

#include "base/assert.h"
#include "fuzz_input.h"
#include "sip/auth/authentication_info.h"
#include "sip/auth/check_auth_field.h"
#include "sip/auth/credential_store.h"

namespace {

using namespace godwit::sip;

/// What is read must be written so that it reads as the same value and is written the same.
template <class Parse>
void expect_round_trip(std::string_view text, Parse parse) {
  const auto value = parse(text);
  if (!value) {
    GODWIT_ASSERT(*value.error().what != '\0' && value.error().at <= text.size());
    return;
  }
  const auto written = to_string(*value);
  const auto again = parse(written);
  GODWIT_ASSERT(again && *again == *value);
  GODWIT_ASSERT(to_string(*again) == written);
}

/// The quick reading and the thorough one agree on what is there.
void expect_agreement(std::string_view text) {
  const auto parts = scan_digest_credentials(text);
  const auto credentials = parse_digest_credentials(text);
  GODWIT_ASSERT(parts || !credentials);
  const bool passes = !check_auth_field(Field::authorization, text);
  const bool other_scheme =
      !parts && std::string_view(parts.error().what) == "expected the scheme Digest";
  GODWIT_ASSERT(parts.has_value() == passes || other_scheme);
  if (!credentials) return;
  GODWIT_ASSERT(parts->realm == credentials->realm || parts->realm.find('\\') != parts->realm.npos);
  GODWIT_ASSERT(parts->given.has(AuthName::opaque) == credentials->opaque.has_value());
  GODWIT_ASSERT(parts->algorithm == credentials->algorithm);
  GODWIT_ASSERT(credentials->nonce_count.value_or(parts->nonce_count) == parts->nonce_count);
}

/// The pieces of a list follow each other and are never empty.
void cut(std::string_view list) {
  std::size_t last = 0;
  for (std::size_t at = 0; const auto text = next_challenge(list, at);) {
    GODWIT_ASSERT(!text->empty() && at > last && at <= list.size());
    last = at;
    expect_round_trip(*text, parse_challenge);
  }
}

void answer(const std::string& text) {
  const Secret secret{"alice", "wonderland"};
  godwit::SeededRandom random(1);
  CredentialStore store(secret, random);
  Message request = Message::request("INVITE", "sip:example.com");
  request.add(Field::call_id, "c1");
  request.set_body("text/plain", "body");
  Message response = Message::response(401);
  response.add(Field::www_authenticate, text);
  if (store.on_challenge(request, response) == CredentialStore::Verdict::refused) return;

  store.authorize(request);
  GODWIT_ASSERT(request.count(Field::authorization) > 0);
  for (const auto value : request.values(Field::authorization)) {
    const auto credentials = parse_digest_credentials(value);
    GODWIT_ASSERT(credentials && verify(*credentials, secret, "INVITE", "body"));
  }
  Message accepted = Message::response(200);
  accepted.add(Field::authentication_info, text);
  store.on_accepted(request, accepted);
  store.authorize(request);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A block of exactly this size: a sanitizer sees a read past the end.
  const auto block = std::make_unique<char[]>(size);
  std::copy_n(data, size, block.get());
  const std::string_view text(block.get(), size);
  expect_round_trip(text, parse_challenge);
  expect_round_trip(text, parse_digest_credentials);
  expect_round_trip(text, parse_authentication_info);
  expect_agreement(text);
  for (const Field field : {Field::www_authenticate, Field::authentication_info}) {
    const auto fault = check_auth_field(field, text);
    GODWIT_ASSERT(!fault || fault->at <= size);
  }
  cut(text);
  answer(std::string(text));
  return 0;
}
