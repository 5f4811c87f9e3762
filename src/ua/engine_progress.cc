// SPDX-License-Identifier: Apache-2.0
#include "sip/message/dial_target.h"
#include "ua/call_options_check.h"
#include "ua/engine_state.h"

namespace godwit::ua {

Result<void> Engine::send_progress(CallId id, int status, const CallOptions& options,
                                   TimePoint now) {
  return state_->with_call(id, now, [&](Call& call) -> Result<void> {
    if (auto checked = check_call_options(options, state_->sound.kit->codecs); !checked) return checked;
    return call.send_progress(status, options, now);
  });
}

Result<void> Engine::redirect(CallId id, const std::vector<std::string>& targets, TimePoint now) {
  constexpr std::size_t kMaxTargets = 10;
  return state_->with_call(id, now, [&](Call& call) -> Result<void> {
    if (targets.empty() || targets.size() > kMaxTargets) {
      return fail(Errc::invalid_argument, "targets: 1 to 10");
    }
    const auto* account = state_->find_account(call.account());
    std::vector<sip::NameAddr> contacts;
    for (const auto& target : targets) {
      auto read = sip::read_dial_target(target, &account->identity.address_of_record.uri);
      if (!read) return fail(Errc::invalid_argument, "targets: " + read.error().detail);
      state_->log_warnings(read->warnings, "call " + std::to_string(id.value));
      contacts.push_back(std::move(read->address));
    }
    return call.redirect(contacts, now);
  });
}

}  // namespace godwit::ua
