// SPDX-License-Identifier: Apache-2.0
#include "ua/registrar_view.h"

#include <utility>

#include "base/limits.h"

namespace godwit::ua {

RegistrarView::Taken RegistrarView::take(const sip::RegInfo& document, const std::string& dialog) {
  const bool full = document.extent == sip::RegInfo::Extent::full;
  if (dialog != std::exchange(dialog_, dialog)) {
    version_.reset();
    asked_ = false;
  }
  // NOTIFYs come in the order of their CSeq: a later full state is the newer one, and Kamailio gives them all the
  // same version.
  if (!full && version_ && document.version <= *version_) return Taken::old;
  if (!full && (asked_ || !version_ || document.version != *version_ + 1)) {
    // Once: what comes before the answer has the same gap.
    return std::exchange(asked_, true) ? Taken::old : Taken::gap;
  }
  version_ = document.version;
  asked_ = false;
  told_.clear();
  told_all_ = full;
  if (full) contacts_.clear();
  for (const auto& registration : document.registrations) {
    const auto aor = sip::parse_uri(registration.aor);
    if (!aor || !sip::equivalent(*aor, aor_)) continue;
    for (const auto& contact : registration.contacts) put(contact);
  }
  return Taken::news;
}

void RegistrarView::put(const sip::RegInfo::Contact& contact) {
  told_.push_back(contact);
  std::erase_if(contacts_, [&](const auto& known) { return known.id == contact.id; });
  const bool stays = contact.state == sip::RegInfo::State::active;
  if (stays && contacts_.size() < limits::kRegInfoContacts) contacts_.push_back(contact);
}

}  // namespace godwit::ua
