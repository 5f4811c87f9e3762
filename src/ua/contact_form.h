// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "godwit/error.h"
#include "godwit/options.h"
#include "sip/message/name_addr.h"

namespace godwit::ua {

/// ContactOptions, read: what a Contact says beside the address of its flow.
struct ContactForm {
  ContactOptions::Method method = ContactOptions::Method::one_register;
  bool from_any_answer = true;
  std::optional<sip::Uri> forced;
  sip::Parameters parameters;
  sip::Parameters uri_parameters;
};
/// Errors: `invalid_argument` naming the option.
[[nodiscard]] Result<ContactForm> read_contact_form(const ContactOptions& options);

/// Puts it around a Contact that has the address of its flow.
void shape(sip::NameAddr& contact, const ContactForm& form);

}  // namespace godwit::ua
