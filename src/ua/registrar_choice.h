// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "godwit/time.h"

namespace godwit::ua {

/// Which of an account's registrars is asked next, and when a better one than the present is looked at
/// again. They are known by their place in the order of preference; it sends nothing.
class RegistrarChoice {
 public:
  explicit RegistrarChoice(std::size_t count) : registrars_(count) {}

  /// Whom the account registers with, or tries to.
  [[nodiscard]] std::size_t present() const { return present_; }
  /// Its last word was that we are registered.
  [[nodiscard]] bool works(std::size_t which) const { return registrars_[which].works; }

  /// The present one has failed, and is not looked at before `until`. @return whether `present` is now another that
  /// is to be asked at once; false: all were asked in vain, and after a rest the first is asked again.
  bool on_failed(TimePoint now, std::optional<TimePoint> until = std::nullopt);
  /// The present one has registered us.
  void on_registered(TimePoint now);

  /// A better one that it is time to look at; it is being looked at until `on_looked`. The best first.
  [[nodiscard]] std::optional<std::size_t> look(TimePoint now);
  /// @return whether it is present from now on, for it works and is better.
  bool on_looked(std::size_t which, bool works, TimePoint now);
  /// What is due, or being looked at, is due later: nothing should be changed now.
  void put_off(TimePoint now);
  /// Another network may reach others: better ones are looked at soon, and nobody counts as failed.
  void on_network(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;

 private:
  struct Known {
    bool works = false;
    bool down = false;   // as far as is known
    bool asked = false;  // in vain, since one was registered with
    int failures = 0;    // in a row, looks in vain too
    std::optional<TimePoint> since;  // registered there
    TimePoint look_at{};
  };
  void note_failure(Known& known, TimePoint now);
  [[nodiscard]] std::optional<std::size_t> first_unasked(bool down) const;

  std::vector<Known> registrars_;
  std::size_t present_ = 0;
  std::optional<std::size_t> looking_;
};

}  // namespace godwit::ua
