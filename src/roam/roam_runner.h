// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "godwit/event.h"
#include "godwit/time.h"
#include "roam/roam_plan.h"

namespace godwit::roam {

/// Keeps the book of one change after the other: which steps run, which have ended, what it came
/// to.
///
/// Steps are performed by the user agent with its ordinary machines; it reports how each ended. A
/// newer plan wins: steps of the older one that have not ended are replaced by the newer plan's
/// step for the same subject. One that already goes where the newer plan wants it, or that the
/// newer plan does not touch, runs on as part of the newer change and is not performed again. The
/// older change is finished as `superseded` if nothing of it had ended otherwise, else as `partly`.
/// Parked subjects keep their change open: it ends `offline` when everything was parked at the gap
/// limit (each is then reported as failed); one that a newer plan leaves alone is reachable again,
/// and done.
class RoamRunner {
 public:
  /// What the runner asks for, in order.
  struct Perform {
    std::uint64_t generation = 0;
    ChangeId change;
    Step step;
  };
  struct Tell {
    Event event;
  };
  using Action = std::variant<Perform, Tell>;
  using Actions = std::vector<Action>;

  /// Starts a plan made from snapshot `generation`, noticed at `noticed`. A plan without steps is
  /// no change unless one is still open.
  [[nodiscard]] Actions start(RoamPlan plan, const Delta& delta, std::uint64_t generation,
                              TimePoint noticed, TimePoint now);

  /// A step for this subject ended. Outcomes of an older generation are ignored.
  [[nodiscard]] Actions on_step_ended(std::uint64_t generation, const std::string& subject,
                                      StepStatus status, std::string detail, TimePoint now);
  /// The subject is gone (call ended, account removed): its open step counts as done.
  [[nodiscard]] Actions on_subject_gone(const std::string& subject, TimePoint now);

  [[nodiscard]] bool active() const { return current_.has_value(); }
  [[nodiscard]] ChangeId change() const;
  [[nodiscard]] std::uint64_t generation() const;

 private:
  struct Entry {
    Step step;
    std::uint64_t generation = 0;  // of the plan that the step was performed for
    std::optional<StepStatus> ended;
  };
  struct Current {
    ChangeId change;
    std::uint64_t generation = 0;
    TimePoint noticed{};
    std::vector<Entry> entries;
    std::unordered_map<std::string, std::size_t> by_subject;  // places in `entries`
    std::size_t open = 0;                                     // entries that have not ended
  };
  std::vector<Entry> carry_over(RoamPlan& plan, Actions& actions);
  [[nodiscard]] ChangeOutcome outcome_if_superseded() const;
  void add(Entry entry);
  [[nodiscard]] Entry* open_entry_of(const std::string& subject);
  void supersede(ChangeOutcome outcome, TimePoint now, Actions& actions);
  void end(Entry& entry, StepStatus status, std::string detail, Actions& actions);
  void finish_if_done(TimePoint now, Actions& actions);

  std::optional<Current> current_;
  std::uint64_t last_change_ = 0;
};

}  // namespace godwit::roam
