// SPDX-License-Identifier: Apache-2.0
#include "ua/call.h"

namespace godwit::ua {

std::optional<DialogInfo> Call::dialog_info() const {
  if (call_id_.empty()) return std::nullopt;  // nothing was sent yet
  DialogInfo info;
  info.direction = outgoing_ ? DialogInfo::Direction::initiator : DialogInfo::Direction::recipient;
  info.state = dialog_state();
  if (const auto* dialog = dialog_ ? &*dialog_ : early_.newest()) {
    info.call_id = dialog->call_id();
    info.local_tag = dialog->local_tag();
    info.remote_tag = dialog->remote_tag();
    info.local = dialog->local();
    info.remote = dialog->remote();
  } else {
    info.call_id = call_id_;
    info.local_tag = from_tag_;
    info.local = identity_.address_of_record;
    info.remote.uri = target_;
  }
  // A call that is dialled anew is another dialog.
  info.id = std::to_string(id_.value) + '-' + info.local_tag;
  if (info.state == DialogInfo::State::terminated) explain_end(info);
  return info;
}

// RFC 4235 §3.7.1
DialogInfo::State Call::dialog_state() const {
  switch (state_) {
    case State::starting:
    case State::calling:
      return DialogInfo::State::trying;
    case State::ringing:
      return early_.empty() ? DialogInfo::State::proceeding : DialogInfo::State::early;
    case State::incoming:
      return announced_ ? DialogInfo::State::early : DialogInfo::State::trying;
    case State::up:
      return DialogInfo::State::confirmed;
    case State::ended:
      break;
  }
  return DialogInfo::State::terminated;
}

void Call::explain_end(DialogInfo& info) const {
  using Event = DialogInfo::Event;
  if (replaced_) {
    info.event = Event::replaced;
  } else if (ended_by_ == Who::timeout) {
    info.event = Event::timeout;
  } else if (ended_by_ == Who::network || ended_by_ == Who::identity) {
    info.event = Event::error;
  } else if (up_since_) {
    info.event = ended_by_ == Who::local ? Event::local_bye : Event::remote_bye;
  } else if ((outgoing_ && ended_by_ == Who::local) || (!outgoing_ && ended_by_ == Who::peer)) {
    info.event = Event::cancelled;
  } else {
    info.event = Event::rejected;
    info.code = ended_with_;
  }
}

void Call::give_way(TimePoint now) {
  replaced_ = true;
  hang_up(now);
}

}  // namespace godwit::ua
