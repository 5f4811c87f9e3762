// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/limits.h"
#include "base/text.h"
#include "ua/dialog_contact.h"
#include "ua/registration.h"

// What the registrar tells of the user's bindings by itself (RFC 3680), and what follows for ours.

namespace godwit::ua {
namespace {

using Event = sip::RegInfo::Event;

bool is_active(const sip::RegInfo::Contact& contact) {
  return contact.state == sip::RegInfo::State::active;
}

bool same_contacts(const std::vector<Binding>& a, const std::vector<Binding>& b) {
  return std::is_permutation(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.contact == y.contact && x.instance == y.instance;
  });
}

}  // namespace

// As `read_grant` knows it (RFC 5626 §6).
bool Registration::is_ours(const Noticed& contact) const {
  const bool of_instance = asks_outbound_ && contact.reg_id != 0 &&
                           equal_ignoring_case(contact.instance, context_.options.instance_id);
  return of_instance ? contact.reg_id == reg_id_ : names_same_binding(contact.uri, contact_);
}

// What took the place of another one of ours stands beside it in one document.
const Registration::Noticed* Registration::find_ours(const std::vector<Noticed>& contacts) const {
  const Noticed* found = nullptr;
  for (const auto& contact : contacts) {
    if (is_ours(contact) && (found == nullptr || !is_active(*found))) found = &contact;
  }
  return found;
}

// While a REGISTER is under way its answer is the newer word.
void Registration::on_notice(const RegistrarView& view, TimePoint now) {
  if (goal_ != Goal::registered || !registered_ || busy()) return;
  const auto* const told = find_ours(view.told());
  // It tells of a time before the newest answer.
  if (told != nullptr && told->cseq && told->call_id == call_id_ && *told->cseq < cseq_) return;
  const auto* const ours = find_ours(view.contacts());
  if (ours == nullptr && told != nullptr) return on_ended(*told, now);
  if (ours == nullptr && view.told_all() && noticed_ == contact_) {
    return mend("the registrar knows nothing of it any more", now);
  }
  bool news = false;
  if (ours != nullptr) {
    noticed_ = contact_;
    if (told != nullptr) news = note_shortened(*told, now);
    if (!uplink_) news = note_noticed_gruus(*ours) || news;
  }
  news = note_others(view) || news;
  if (!news) return;
  auto again = told_;
  tell(std::move(again), now);
}

// RFC 3680 §4.7.1: who says what is to be done about it.
void Registration::on_ended(const Noticed& ours, TimePoint now) {
  const auto reason = "the registrar has ended it: " + std::string(sip::name_of(ours.event));
  noticed_.clear();
  switch (ours.event) {
    case Event::probation: {
      may_be_bound_ = false;
      const std::chrono::seconds longest{limits::kRetryAfterSeconds};
      std::optional<Duration> rest;
      if (ours.retry_after) {
        rest = std::clamp<Duration>(*ours.retry_after, std::chrono::seconds{1}, longest);
      }
      return retry_later({0, reason, Who::server, rest}, now);
    }
    case Event::unregistered:
    case Event::rejected:
      may_be_bound_ = false;
      return give_up({0, reason}, now);
    case Event::expired:
    case Event::deactivated:
    case Event::registered:
    case Event::created:
    case Event::refreshed:
    case Event::shortened:
      break;
  }
  mend(reason, now);
}

void Registration::mend(const std::string& why, TimePoint now) {
  noticed_.clear();
  may_be_bound_ = false;
  context_.out.log(LogLevel::info, "registration", call_id_, contact_ + ": " + why);
  if (!may_mend_at_once(now)) return retry_later({0, why}, now);
  due_now_ = true;
  pump(now);
}

// Who has to show soon that it is still allowed here does so (RFC 3680 §3.1).
bool Registration::note_shortened(const Noticed& ours, TimePoint now) {
  if (ours.event != Event::shortened || !ours.expires) return false;
  const auto left = std::max(*ours.expires, std::chrono::seconds{1});
  if (!bound_until_ || now + left >= *bound_until_) return false;
  bound_until_ = now + left;
  due_ = earlier_of(due_, now + std::chrono::duration_cast<Duration>(left) / 5 * 4);
  told_.expires = left;
  return true;
}

// RFC 5628 §5: those that came by earlier REGISTERs than `first-cseq` lead nowhere any more.
bool Registration::note_noticed_gruus(const Noticed& ours) {
  auto& [lasting, temporary] = identity_.gruus;
  if (ours.first_cseq && ours.call_id == call_id_) {
    std::erase_if(temporary, [&](const auto& old) {
      return old.call_id == call_id_ && old.cseq < *ours.first_cseq;
    });
  }
  if (!lasting && !ours.pub_gruu.empty()) {
    lasting = read_gruu(ours.pub_gruu);
    gruus_noticed_ = gruus_noticed_ || lasting;
  }
  auto newest = read_gruu(ours.temp_gruu);
  if (newest && temporary.empty()) {
    note_temporary(*std::move(newest), ours.cseq.value_or(cseq_));
    gruus_noticed_ = true;
  }
  const auto public_gruu = lasting ? sip::to_string(*lasting) : std::string();
  const auto temporary_gruu = temporary.empty() ? std::string() : sip::to_string(temporary.front().uri);
  const bool news = public_gruu != told_.public_gruu || temporary_gruu != told_.temporary_gruu;
  told_.public_gruu = public_gruu;
  told_.temporary_gruu = temporary_gruu;
  return news;
}

bool Registration::note_others(const RegistrarView& view) {
  std::vector<Binding> others;
  const auto former = [&](const Noticed& contact) {
    const auto is_it = [&](const std::string& old) { return names_same_binding(old, contact.uri); };
    return std::any_of(stale_.begin(), stale_.end(), is_it) ||
           std::any_of(replaced_.begin(), replaced_.end(), is_it);
  };
  for (const auto& contact : view.contacts()) {
    const bool of_instance = asks_outbound_ && contact.reg_id != 0 &&
                             equal_ignoring_case(contact.instance, context_.options.instance_id);
    if (of_instance || is_ours(contact) || former(contact)) continue;
    const auto uri = sip::parse_uri(contact.uri);
    if (!uri) continue;
    others.push_back({sip::to_string(*uri), contact.expires.value_or(std::chrono::seconds{0}),
                      contact.instance});
  }
  if (same_contacts(others, told_.others)) return false;
  told_.others = std::move(others);
  return true;
}

}  // namespace godwit::ua
