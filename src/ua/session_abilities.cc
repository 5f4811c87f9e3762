// SPDX-License-Identifier: Apache-2.0
#include "ua/session_abilities.h"

#include <string_view>

#include "sdp/session_description.h"
#include "sip/header/accept.h"

namespace godwit::ua {
namespace {

constexpr std::string_view kType = "application/sdp";

bool takes_sdp(const sip::Message& request) {
  bool takes = false;
  request.for_each(sip::Field::accept, [&](std::string_view value) {
    const auto accept = sip::parse_accept(value);
    takes = takes || (accept && sip::preference_for(*accept, kType) > sip::Thousandths{});
  });
  return takes;
}

}  // namespace

void add_session_abilities(sip::Message& response, const sip::Message& request,
                           const net::Flow& flow, const SoundAbilities& sound) {
  if (!takes_sdp(request)) return;
  const auto& own = flow.named().address;
  sdp::SessionDescription description;
  description.origin = own;
  description.username = sound.origin_username;
  description.connection = sdp::Connection{own, std::nullopt, 1};
  sdp::Media& audio = description.media.emplace_back();
  audio.type = "audio";
  sdp::put_formats(audio, sound.formats);
  response.set_body(kType, sdp::write(description));
}

}  // namespace godwit::ua
