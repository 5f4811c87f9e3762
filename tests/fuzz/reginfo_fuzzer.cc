// SPDX-License-Identifier: Apache-2.0
// A document of the registration event package: what is read keeps to the limits, and reads the same once
// written.

#include "base/assert.h"
#include "base/limits.h"
#include "fuzz_input.h"
#include "sip/event/reg_info.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using godwit::sip::RegInfo;
  const auto read = godwit::sip::parse_reg_info({reinterpret_cast<const char*>(data), size});
  if (!read) return 0;
  GODWIT_ASSERT(size <= godwit::limits::kRegInfoBytes);
  GODWIT_ASSERT(read->registrations.size() <= godwit::limits::kRegInfoRegistrations);
  std::size_t contacts = 0;
  for (const auto& registration : read->registrations) {
    contacts += registration.contacts.size();
    for (const auto& contact : registration.contacts) {
      GODWIT_ASSERT(!contact.id.empty() && !contact.uri.empty());
      GODWIT_ASSERT(contact.state != RegInfo::State::init);
    }
  }
  GODWIT_ASSERT(contacts <= godwit::limits::kRegInfoContacts);
  // Texts are made plain as they are written: what was written once stays as it is.
  const auto written = godwit::sip::write_reg_info(*read);
  if (written.size() > godwit::limits::kRegInfoBytes) return 0;
  const auto again = godwit::sip::parse_reg_info(written);
  GODWIT_ASSERT(again && again->version == read->version && again->extent == read->extent);
  GODWIT_ASSERT(again->registrations.size() == read->registrations.size());
  return 0;
}
