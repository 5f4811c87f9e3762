// SPDX-License-Identifier: Apache-2.0
// What reads as STUN is written so that it reads the same, and is no SIP; nothing leads past its
// end.

#include <string>
#include <string_view>

#include "base/assert.h"
#include "base/limits.h"
#include "base/random.h"
#include "fuzz_input.h"
#include "stun/binding_client.h"
#include "stun/integrity.h"
#include "stun/message.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace stun = godwit::stun;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  auto read = stun::parse_message(bytes);
  GODWIT_ASSERT(!read || stun::looks_like_stun(bytes));
  static_cast<void>(stun::check_integrity(bytes, "key"));  // whatever it is
  if (!read) {
    GODWIT_ASSERT(!read.error().detail.empty());
    return 0;
  }
  GODWIT_ASSERT(read->not_understood.size() <= godwit::limits::kStunAttributes);

  const godwit::net::SocketAddress source = read->mapped.value_or(godwit::net::SocketAddress{});
  const auto answer = stun::answer_binding(*read, source);
  GODWIT_ASSERT(!answer || stun::parse_message(stun::write_message(*answer)) == *answer);
  godwit::SeededRandom random(size);
  stun::BindingClient client(source, random, godwit::TimePoint{});
  const auto own_id = stun::parse_message(client.request())->id;
  GODWIT_ASSERT(!client.on_message(*read, source) || read->id == own_id);

  read->not_understood.clear();  // never written
  const auto again = stun::parse_message(stun::write_message(*read));
  GODWIT_ASSERT(again == *read);
  return 0;
}
