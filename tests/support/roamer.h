// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "support/fake_network.h"

namespace godwit::test {

/// A phone that goes from network to network: a host with two interfaces, of which one carries. Each
/// change may be begun before what the one before it has arranged is done: that is void then.
class Roamer {
 public:
  /// Which families a network of this phone's may have; always one that its peers have too.
  enum class Families { any, both };

  /// The networks are 10.`first`.0.0/24 and 2001:db8:`first`::/64, and those after them.
  Roamer(FakeNetwork& network, FakeHost& host, std::string_view one, std::string_view other, int first,
         Families families, LinkOptions link);
  Roamer(const Roamer&) = delete;
  Roamer& operator=(const Roamer&) = delete;

  /// A change of the network; `pick` says which of its kind.
  struct Change {
    std::string_view name;
    int weight = 0;
    void (Roamer::*act)(SeededRandom& pick) = nullptr;
  };
  [[nodiscard]] static std::span<const Change> changes();
  void change(const Change& change, std::uint64_t pick);

  /// Whatever was going on, from now on there is a network that works and stays.
  void come_to_rest();
  /// Since the last rest a link has swallowed everything for a while.
  [[nodiscard]] bool had_a_hole() const { return had_a_hole_; }
  [[nodiscard]] bool was_rough() const { return was_rough_; }

 private:
  void break_to_another(SeededRandom& pick);
  void both_up_for_a_while(SeededRandom& pick);
  void be_gone(SeededRandom& pick);
  void flap(SeededRandom& pick);
  void renumber(SeededRandom& pick);
  void lose_or_gain_a_family(SeededRandom& pick);
  void be_tentative(SeededRandom& pick);
  void have_no_route_at_first(SeededRandom& pick);
  void carry_nothing_at_first(SeededRandom& pick);
  void grow_rough(SeededRandom& pick);
  void have_a_vpn(SeededRandom& pick);
  void prefer_the_other_for_a_while(SeededRandom& pick);
  void take_another_name(SeededRandom& pick);

  [[nodiscard]] const std::string& other() const { return names_[1 - carries_]; }
  [[nodiscard]] const std::string& carrier() const { return names_[carries_]; }
  std::vector<std::string> draw_addresses(SeededRandom& pick);
  void leave();
  void come(const std::vector<std::string>& addresses, std::uint32_t metric = 100);
  void later(Duration delay, std::function<void()> what);

  FakeNetwork& network_;
  FakeHost& host_;
  std::string names_[2];
  int first_;
  Families families_;
  LinkOptions link_;
  std::size_t carries_ = 0;
  std::vector<std::string> addresses_;  // of the one that carries; empty: there is none
  int place_ = 0;
  bool whole_ = true;  // what carries has its routes, and may be used
  std::uint64_t number_ = 0;
  bool had_a_hole_ = false;
  bool was_rough_ = false;
};

}  // namespace godwit::test
