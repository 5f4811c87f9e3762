// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "godwit/error.h"
#include "godwit/time.h"
#include "sip/dialog/dialog.h"
#include "sip/header/event_package.h"
#include "sip/header/subscription_state.h"
#include "sip/message/message.h"

namespace godwit::sip {

/// The subscriber's side of one subscription (RFC 6665 §4.1): says when a SUBSCRIBE is due and what each
/// answer and NOTIFY means. It stays subscribed until `stop()`: a new dialog is begun when the old one is
/// gone and the notifier does not forbid it. It sends nothing and knows no address of ours.
class Subscription {
 public:
  enum class State {
    subscribing,  ///< no NOTIFY yet
    pending,
    active,
    waiting,  ///< ended or refused for now; tried again at the deadline
    over,
  };
  /// A SUBSCRIBE is due: `in_dialog()` says where. What was under way is not waited for.
  struct Send {
    bool operator==(const Send&) const = default;
  };
  /// The state is another one, or the same with another lifetime.
  struct Changed {
    State state = State::subscribing;
    int status = 0;      ///< of the last answer; 0: it was a NOTIFY, or there was none
    std::string reason;  ///< reason phrase, or the notifier's
    std::chrono::seconds expires{};

    bool operator==(const Changed&) const = default;
  };
  using Action = std::variant<Send, Changed>;
  using Actions = std::vector<Action>;

  /// @param expires  wanted lifetime; 0: the state is fetched once (RFC 6665 §4.4.3)
  Subscription(EventPackage event, std::chrono::seconds expires);

  [[nodiscard]] Actions start(TimePoint now);
  [[nodiscard]] Actions stop(TimePoint now);
  /// Where we are reached has changed: the notifier is told now.
  [[nodiscard]] Actions refresh(TimePoint now);

  /// Expires of the SUBSCRIBE that is due.
  [[nodiscard]] std::chrono::seconds wanted() const;
  [[nodiscard]] bool in_dialog() const { return dialog_.has_value(); }
  [[nodiscard]] const std::optional<Dialog>& dialog() const { return dialog_; }
  /// The next SUBSCRIBE of the dialog.
  [[nodiscard]] Message make_request();
  /// A SUBSCRIBE has left.
  void on_sent(const Message& subscribe, TimePoint now);

  /// The final answer, challenges apart.
  [[nodiscard]] Actions on_answer(const Message& response, TimePoint now);
  [[nodiscard]] Actions on_no_answer(const std::string& why, TimePoint now);
  /// Whether a NOTIFY belongs here: by the dialog, or by what the first SUBSCRIBE said.
  [[nodiscard]] bool owns(const Message& notify) const;
  /// A NOTIFY that belongs here. Its body is the application's when `status` is 200.
  struct Heard {
    int status = 200;  ///< to answer with
    Actions actions;
  };
  [[nodiscard]] Heard on_notify(const Message& notify, TimePoint now);
  [[nodiscard]] Actions on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const { return deadline_; }

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] const EventPackage& event() const { return event_; }

 private:
  Actions begin_anew();
  Actions retry_later(int status, std::string reason, std::optional<std::chrono::seconds> after,
                      TimePoint now);
  Actions finish(int status, std::string reason);
  Actions on_terminated(const SubscriptionState& told, TimePoint now);
  void leave_dialog();

  EventPackage event_;
  std::chrono::seconds expires_;
  std::chrono::seconds granted_{};
  State state_ = State::subscribing;
  bool stopping_ = false;
  std::optional<Dialog> dialog_;
  std::optional<Message> sent_;  // the newest SUBSCRIBE outside a dialog
  std::optional<TimePoint> deadline_;
  std::optional<TimePoint> ends_at_;    // of the lifetime granted
  std::optional<TimePoint> notify_by_;  // timer N
  int failures_ = 0;
};

}  // namespace godwit::sip
