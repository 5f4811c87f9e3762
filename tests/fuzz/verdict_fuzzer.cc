// SPDX-License-Identifier: Apache-2.0
// Any bytes get a verdict that agrees with itself, and what is valid is valid in canonical form,
// too.

#include <string>

#include "base/assert.h"
#include "fuzz_input.h"
#include "sip/verdict/canonical.h"
#include "sip/verdict/verdict.h"

namespace {

using namespace godwit::sip;

void expect_sound(const Verdict& verdict, std::size_t size) {
  GODWIT_ASSERT(verdict.valid == !verdict.error);
  GODWIT_ASSERT(!verdict.answer.reason.empty());
  GODWIT_ASSERT(verdict.kind == Verdict::Kind::request || !verdict.answer.status);
  GODWIT_ASSERT(!verdict.valid || verdict.kind != Verdict::Kind::neither);
  if (verdict.error) {
    GODWIT_ASSERT(verdict.error->fault.at <= size && !verdict.error->field.empty());
    GODWIT_ASSERT(!verdict.answer.status || *verdict.answer.status >= 400);
  }
  for (const Remark& remark : verdict.warnings) GODWIT_ASSERT(remark.at <= size);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A canonical form may be longer, and so pass a limit that the message itself kept.
  constexpr std::size_t kFarFromLimits = 2'000;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  bytes.shrink_to_fit();
  const Verdict verdict = judge(bytes);
  expect_sound(verdict, size);
  if (!verdict.valid || size > kFarFromLimits) return 0;

  const auto message = parse_message(bytes);
  GODWIT_ASSERT(message);
  const std::string canonical = canonical_form(*message);
  const Verdict again = judge(canonical);
  GODWIT_ASSERT(again.valid && again.answer == verdict.answer);
  GODWIT_ASSERT(canonical_form(parse_message(canonical).value()) == canonical);
  return 0;
}
