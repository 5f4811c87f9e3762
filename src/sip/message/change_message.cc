// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/assert.h"
#include "sip/message/grammar.h"
#include "sip/message/message.h"
#include "sip/message/scan.h"

namespace godwit::sip {

// Values come from applications and from other peers: a line break in one would start a field of
// the sender's choice.
Message::Range Message::append(std::string_view text) {
  const auto begin = text_.size();
  text_.append(text);
  const auto added = text_.begin() + static_cast<std::ptrdiff_t>(begin);
  std::replace_if(added, text_.end(), breaks_a_line, ' ');
  return trimmed({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(text.size())});
}

Message::Range Message::trimmed(Range range) const {
  const auto whole = view(range);
  const auto kept = trim(whole);
  if (kept.empty()) return {range.begin, 0};
  return {range.begin + static_cast<std::uint32_t>(kept.data() - whole.data()),
          static_cast<std::uint32_t>(kept.size())};
}

void Message::renew_index() {
  index_ = no_entries();
  for (std::size_t i = entries_.size(); i > 0; --i) {
    Entry& entry = entries_[i - 1];
    auto& first = index_[static_cast<std::size_t>(entry.field)];
    entry.next = first;
    first = static_cast<std::uint16_t>(i - 1);
  }
}

void Message::insert(std::size_t at, Entry entry) {
  GODWIT_ASSERT(entries_.size() < kNone);
  auto* place = entries_.begin() + at;
  if (!is_list_field(entry.field)) {
    entries_.insert(place, entry);
    return renew_index();
  }
  const auto list = view(entry.value);
  for (std::size_t begin = 0; begin < list.size();) {
    const auto end = end_of_element(list, begin);
    Entry element = entry;
    element.value = trimmed({entry.value.begin + static_cast<std::uint32_t>(begin),
                             static_cast<std::uint32_t>(end - begin)});
    if (element.value.size > 0) place = entries_.insert(place, element) + 1;
    begin = end + 1;
  }
  renew_index();
}

std::size_t Message::place_after(Field field) const {
  for (std::size_t i = entries_.size(); i > 0; --i) {
    if (entries_[i - 1].field == field) return i;
  }
  return entries_.size();
}

void Message::note_cseq() {
  if (!is_request()) method_ = method_from_name(method_name());
}

void Message::add(Field field, std::string_view value) {
  GODWIT_ASSERT(field != Field::extension);
  const Range text = append(value);
  insert(place_after(field), {{}, text, kNone, field});
  if (field == Field::cseq) note_cseq();
}

void Message::prepend(Field field, std::string_view value) {
  GODWIT_ASSERT(field != Field::extension);
  const Range text = append(value);
  insert(0, {{}, text, kNone, field});
  if (field == Field::cseq) note_cseq();
}

void Message::set(Field field, std::string_view value) {
  GODWIT_ASSERT(field != Field::extension);
  const Range text = append(value);
  auto* const first = std::find_if(entries_.begin(), entries_.end(),
                                   [&](const Entry& entry) { return entry.field == field; });
  const auto place = first - entries_.begin();
  remove(field);
  insert(static_cast<std::size_t>(place), {{}, text, kNone, field});
  if (field == Field::cseq) note_cseq();
}

void Message::remove(Field field) {
  entries_.erase_if([&](const Entry& entry) { return entry.field == field; });
  renew_index();
}

void Message::remove_first(Field field) {
  auto* const first = std::find_if(entries_.begin(), entries_.end(),
                                   [&](const Entry& entry) { return entry.field == field; });
  if (first == entries_.end()) return;
  entries_.erase(first);
  renew_index();
}

void Message::add_extension(std::string_view name, std::string_view value) {
  const Field known = field_from_name(name);
  if (known != Field::extension) return add(known, value);
  GODWIT_ASSERT(is_token(name));
  const Range name_text = append(name);
  const Range value_text = append(value);
  entries_.push_back({name_text, value_text, kNone, Field::extension});
  renew_index();
}

void Message::set_body(std::string_view content_type, std::string_view body) {
  const Range text{static_cast<std::uint32_t>(text_.size()),
                   static_cast<std::uint32_t>(body.size())};
  // A copy of the type first: both views may lead into this very message.
  const std::string type(content_type);
  text_.append(body);
  body_ = text;
  if (type.empty()) {
    remove(Field::content_type);
  } else {
    set(Field::content_type, type);
  }
}

}  // namespace godwit::sip
