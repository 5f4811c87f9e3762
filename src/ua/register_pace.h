// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "godwit/ids.h"
#include "godwit/time.h"
#include "sip/locate/next_hop.h"
#include "ua/answer_window.h"

namespace godwit::ua {

/// Says which registration may begin its next REGISTER, or the connection for it, so that thousands
/// of them that start or move at once leave each server time to answer.
///
/// A server is what requests are addressed to, whatever addresses its name has. In any span of time
/// it gets at most `rate` times its seconds of each, and `burst()` more; without a rate, as many as
/// it answers (`AnswerWindow`). Who has to wait stands in a line: accounts with calls first, then
/// those whom nobody reaches, then refreshes; in each class who came first. Every operation costs
/// O(log n).
class RegisterPace {
 public:
  enum class Need {
    unreachable,  ///< there is no binding, or it leads to a network that was left
    upkeep,       ///< a binding is refreshed, or removed
  };
  /// What for. Who has made its connection asks once more.
  enum class Step { connect, register_ };
  /// Who asks.
  struct Turn {
    AccountId account;
    sip::NextHop server;
    Need need = Need::unreachable;
    std::uint32_t flow = 1;  ///< which of the account's flows: its reg-id
    Step step = Step::register_;
  };

  /// @param rate  REGISTERs, and connections, per second and server; 0: as fast as it answers
  /// @param has_calls  of an account
  RegisterPace(std::uint32_t rate, std::function<bool(AccountId)> has_calls);

  /// Whether it may leave now, which counts as done. If not, it stands in line from its first
  /// question on, and asks again when `next` names its account, or whenever it likes.
  [[nodiscard]] bool admit(const Turn& turn, TimePoint now);
  /// What was admitted for the account's flow has its answer, or waits for none any longer.
  void on_answered(AccountId account, std::uint32_t flow);
  /// Who is to ask now. Whoever does not, because it does not want to any more or lacks a flow,
  /// loses its place: ask until nobody is left.
  [[nodiscard]] std::optional<AccountId> next(TimePoint now);
  /// When `next` has somebody to name.
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;

  [[nodiscard]] bool waits(AccountId account) const;
  [[nodiscard]] bool waits(AccountId account, std::uint32_t flow) const {
    return places_.contains(Who{account, flow});
  }
  /// None of its flows waits any longer.
  void forget(AccountId account);
  /// Its next question is answered with yes, out of turn: there will be no other time.
  void hurry(AccountId account) { hurried_.insert(account); }

  /// Who waits now leaves within this time, though the rate may be exceeded by it from now on.
  /// Without a rate the server's answers are waited for during half of it.
  void finish_within(Duration limit, TimePoint now);

  /// How many may leave at once after a quiet time: a tenth of a second's, at least 5, so that one
  /// account alone never waits.
  [[nodiscard]] static std::uint32_t burst(std::uint32_t rate);

 private:
  using Who = std::pair<AccountId, std::uint32_t>;    // and its flow
  using Place = std::tuple<int, std::uint64_t, Who>;  // class, number on arrival
  using LineName = std::pair<sip::NextHop, Step>;
  struct Line {
    TimePoint paid_until{};  // each one that leaves pays for `gap_`
    std::set<Place> waiting;
    AnswerWindow window{};  // counts where there is no rate
  };
  [[nodiscard]] bool is_free(const Line& line, TimePoint now) const;
  [[nodiscard]] std::optional<TimePoint> free_at(const Line& line) const;
  void ask(const LineName& name, Line& line, const Who& who, TimePoint now);
  [[nodiscard]] int rank_of(const Turn& turn) const;
  void leave(const Who& who);
  void forget_quiet_servers(TimePoint now);

  std::uint32_t rate_ = 0;
  std::optional<TimePoint> all_at_once_;  // without a rate: no time to wait for answers any more
  Duration gap_{};
  Duration advance_{};  // so far may `paid_until` lie ahead of the one that leaves
  std::function<bool(AccountId)> has_calls_;
  std::map<LineName, Line> lines_;
  std::set<LineName> waited_for_;  // those of `lines_` in which somebody stands
  std::map<Who, std::pair<LineName, Place>> places_;
  std::map<Who, LineName> asking_;  // where there is no rate: who waits for an answer
  std::set<AccountId> hurried_;
  std::optional<Who> named_;  // by `next`, the latest
  std::uint64_t arrivals_ = 0;
  std::size_t look_again_at_ = 64;  // lines
};

}  // namespace godwit::ua
