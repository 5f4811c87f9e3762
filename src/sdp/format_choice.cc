// SPDX-License-Identifier: Apache-2.0
#include "sdp/format_choice.h"

#include <algorithm>
#include <cstdint>

namespace godwit::sdp {
namespace {

constexpr std::uint8_t kFirstDynamicType = 96;  // RFC 3551 §6
constexpr std::uint8_t kLastDynamicType = 127;
constexpr std::uint32_t kUsualEventRate = 8000;

const Format* find_ours(const std::vector<Format>& own, const Format& theirs,
                        const FormatRules& rules) {
  const Format* const ours = find_codec(own, theirs);
  if (ours == nullptr) return nullptr;
  if (carries_sound(*ours) && rules.takes && !rules.takes(theirs)) return nullptr;
  return ours;
}

bool is_in(const std::vector<SharedFormat>& shared, const Format& wanted) {
  return std::any_of(shared.begin(), shared.end(),
                     [&](const SharedFormat& s) { return same_codec(s.theirs, wanted); });
}

const SharedFormat* telephone_event_of(const std::vector<SharedFormat>& shared,
                                       std::uint32_t clock_rate) {
  const auto found = std::find_if(shared.begin(), shared.end(), [&](const SharedFormat& s) {
    return is_telephone_event(s.ours) && s.ours.clock_rate == clock_rate;
  });
  return found == shared.end() ? nullptr : &*found;
}

/// That which runs on the codec's clock (RFC 4733 §2.1). Many ends have none but of 8,000 Hz, whatever
/// their codec is.
const SharedFormat* choose_telephone_event(const std::vector<SharedFormat>& shared,
                                           std::uint32_t clock_rate) {
  const auto* const exact = telephone_event_of(shared, clock_rate);
  return exact != nullptr ? exact : telephone_event_of(shared, kUsualEventRate);
}

void agree_on_events(const std::vector<SharedFormat>& shared, Agreement& agreement) {
  const auto* const event = choose_telephone_event(shared, agreement.send.clock_rate);
  if (event == nullptr) return;
  agreement.send_telephone_event = event->theirs.payload_type;
  agreement.receive_telephone_event = event->ours.payload_type;
  agreement.telephone_event_rate = event->ours.clock_rate;
}

/// RFC 3389 §4: comfort noise is of the clock rate of the sound that it stands for.
void agree_on_comfort_noise(const std::vector<SharedFormat>& shared, Agreement& agreement) {
  for (const SharedFormat& format : shared) {
    if (!is_comfort_noise(format.ours)) continue;
    if (format.ours.clock_rate == agreement.send.clock_rate) {
      agreement.send_comfort_noise = format.theirs.payload_type;
    }
    agreement.receive_comfort_noise = format.ours.payload_type;
  }
}

bool is_number_of(const std::vector<Format>& formats, std::uint8_t payload_type) {
  return std::any_of(formats.begin(), formats.end(),
                     [&](const Format& f) { return f.payload_type == payload_type; });
}

}  // namespace

std::vector<SharedFormat> take_offered(const std::vector<Format>& own,
                                       const std::vector<Format>& offered,
                                       const FormatRules& rules) {
  std::vector<SharedFormat> shared;
  for (const Format& theirs : offered) {
    const Format* const ours = find_ours(own, theirs, rules);
    if (ours == nullptr || is_in(shared, theirs)) continue;
    shared.push_back({*ours, theirs});
    Format& answered = shared.back().ours;
    answered.payload_type = theirs.payload_type;
    if (carries_sound(answered) && rules.answer) answered.parameters = rules.answer(theirs);
  }
  return shared;
}

std::vector<SharedFormat> take_answered(const std::vector<Format>& own,
                                        const std::vector<Format>& answered,
                                        const FormatRules& rules) {
  std::vector<SharedFormat> shared;
  for (const Format& theirs : answered) {
    const Format* const ours = find_ours(own, theirs, rules);
    if (ours != nullptr && !is_in(shared, theirs)) shared.push_back({*ours, theirs});
  }
  return shared;
}

std::vector<Format> ours_of(const std::vector<SharedFormat>& shared) {
  std::vector<Format> ours;
  ours.reserve(shared.size());
  for (const SharedFormat& format : shared) ours.push_back(format.ours);
  return ours;
}

const SharedFormat* first_sound(const std::vector<SharedFormat>& shared) {
  const auto found = std::find_if(shared.begin(), shared.end(),
                                  [](const SharedFormat& s) { return carries_sound(s.ours); });
  return found == shared.end() ? nullptr : &*found;
}

void agree_on_formats(const std::vector<SharedFormat>& shared, Agreement& agreement) {
  const SharedFormat& main = *first_sound(shared);
  agreement.send = main.theirs;
  agreement.receive = main.ours;
  agree_on_events(shared, agreement);
  agree_on_comfort_noise(shared, agreement);
  for (const SharedFormat& format : shared) {
    const bool named = &format == &main || is_comfort_noise(format.ours) ||
                       format.ours.payload_type == agreement.receive_telephone_event;
    if (!named) agreement.also_receive.push_back(format.ours);
  }
}

void adopt_payload_types(const std::vector<Format>& used, std::vector<Format>& own) {
  for (Format& format : own) {
    if (const Format* const same = find_codec(used, format)) {
      format.payload_type = same->payload_type;
      continue;
    }
    if (!is_number_of(used, format.payload_type)) continue;
    for (std::uint8_t type = kFirstDynamicType; type <= kLastDynamicType; ++type) {
      if (is_number_of(used, type) || is_number_of(own, type)) continue;
      format.payload_type = type;
      break;
    }
  }
}

}  // namespace godwit::sdp
