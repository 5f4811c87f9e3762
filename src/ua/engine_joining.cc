// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "sip/header/dialog_reference.h"
#include "ua/engine_state.h"

namespace godwit::ua {

// RFC 3911 §4. As with Replaces, who knows Call-ID and tags of a call of the same account may ask.
// But who joins hears what is said to somebody else: it rings, and only the user's answer lets it
// in.
void Engine::State::on_joining_invite(const sip::RequestReceived& received, Account& account,
                                      TimePoint now) {
  const auto refuse = [&](int status, const std::string& why) {
    answer_outside_dialogs(received, {status, why, {}}, now);
  };
  const auto wanted = sip::parse_join(*received.request.field(sip::Field::join));
  if (!wanted) return refuse(400, "Join does not read");
  const auto* host = find_call(account, sip::dialog_named_by(*wanted));
  if (host == nullptr) return refuse(481, "there is no call to join");
  if (const auto status = host->refusal_to_be_joined()) {
    return refuse(*status, "the call is not to be joined");
  }
  const auto with = host->id();
  auto& call = add_incoming(account, {});
  call.set_origin({.comes_to = with});
  joining[call.id()] = with;
  call.on_invite(received.transaction, received.request, received.flow, now);
}

// An offer of ours in the 2xx is answered in the ACK: then the call has sound later than it is up.
void Engine::State::settle_joining() {
  if (joining.empty()) return;
  std::erase_if(joining, [&](const auto& entry) {
    auto* call = find_call(entry.first);
    auto* with = find_call(entry.second);
    // Who came to a call that is over has called us, no more.
    if (call == nullptr || with == nullptr || call->ended() || with->ended()) return true;
    return mix(*call, *with);
  });
}

bool Engine::State::mix(Call& call, Call& with) {
  const auto shared = with.conference();
  const auto conference = shared ? shared : ConferenceId{last_conference + 1};
  if (!call.join(conference)) return false;
  if (shared) return true;
  last_conference = conference.value;
  conferences.insert(conference);
  opened_for_guests.insert(conference);
  static_cast<void>(with.join(conference));
  return true;
}

void Engine::State::forget_guests() {
  if (opened_for_guests.empty()) return;
  std::erase_if(opened_for_guests, [&](ConferenceId conference) {
    const auto& all = std::as_const(calls);
    const bool used = std::any_of(all.begin(), all.end(), [&](const auto& entry) {
      return entry.second->conference() == conference;
    });
    if (!used) conferences.erase(conference);
    return !used;
  });
}

bool Engine::State::are_together(CallId one, CallId other) {
  const auto comes_to = [&](CallId guest, CallId host) {
    const auto it = joining.find(guest);
    return it != joining.end() && it->second == host;
  };
  if (comes_to(one, other) || comes_to(other, one)) return true;
  const auto guest = joining.find(other);
  const auto* first = find_call(one);
  const auto* second = find_call(guest == joining.end() ? other : guest->second);
  return first != nullptr && second != nullptr && first->conference() &&
         first->conference() == second->conference();
}

}  // namespace godwit::ua
