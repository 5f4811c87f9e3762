// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "godwit/error.h"
#include "io/loop.h"

namespace godwit::io {

/// Watches many descriptors as one: all that have something to read have their turn after each
/// other, then `after_turn` is called once. With an FdWatch each wake-up of each descriptor costs
/// the loop three system calls; here a wake-up costs them once, however many are ready.
class PollSet {
 public:
  static Result<PollSet> make(Loop& loop, std::function<void()> after_turn);
  PollSet(PollSet&&) noexcept = default;
  PollSet& operator=(PollSet&&) noexcept = delete;
  ~PollSet();

  /// A descriptor's place in the set; to be destroyed before the descriptor is closed. May outlive
  /// the set.
  class Watch {
   public:
    Watch(Watch&& other) noexcept;
    Watch& operator=(Watch&& other) noexcept = delete;
    ~Watch();

   private:
    friend class PollSet;
    struct Place;
    explicit Watch(std::unique_ptr<Place> place);
    std::unique_ptr<Place> place_;
  };
  /// `ready` runs on the loop, once a turn, as long as there is something to read. It may destroy
  /// any watch, not the set.
  [[nodiscard]] Result<Watch> add(int fd, std::function<void()> ready);

 private:
  struct State;
  explicit PollSet(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace godwit::io
