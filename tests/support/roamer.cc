// SPDX-License-Identifier: Apache-2.0
#include "support/roamer.h"

#include <utility>

namespace godwit::test {
namespace {

using namespace std::chrono_literals;

constexpr int kPlaces = 8;

Duration draw_up_to(SeededRandom& pick, Duration most) {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(most).count();
  return std::chrono::microseconds{pick.below(static_cast<std::uint64_t>(us) + 1)};
}

// At once, or soon, or after a while.
Duration draw_gap(SeededRandom& pick) {
  const auto kind = pick.below(10);
  return kind < 4 ? 0ms : draw_up_to(pick, kind < 7 ? 100ms : kind < 9 ? 1000ms : 4000ms);
}

}  // namespace

Roamer::Roamer(FakeNetwork& network, FakeHost& host, std::string_view one, std::string_view other,
               int first, Families families, LinkOptions link)
    : network_(network),
      host_(host),
      names_{std::string(one), std::string(other)},
      first_(first),
      families_(families),
      link_(std::move(link)) {
  host_.detach(one);
  const auto number = std::to_string(first_);
  come({"10." + number + ".0.2", "2001:db8:" + number + "::2"});
}

std::span<const Roamer::Change> Roamer::changes() {
  static constexpr Change kChanges[] = {
      {"breaks to another network", 30, &Roamer::break_to_another},
      {"has both up for a while", 15, &Roamer::both_up_for_a_while},
      {"is without a network", 6, &Roamer::be_gone},
      {"flaps", 8, &Roamer::flap},
      {"is renumbered", 8, &Roamer::renumber},
      {"loses or gains a family", 6, &Roamer::lose_or_gain_a_family},
      {"has a new address that is tentative", 4, &Roamer::be_tentative},
      {"has a link without a route at first", 4, &Roamer::have_no_route_at_first},
      {"has a link that carries nothing at first", 4, &Roamer::carry_nothing_at_first},
      {"has a link that grows rough", 3, &Roamer::grow_rough},
      {"has a VPN for a while", 4, &Roamer::have_a_vpn},
      {"prefers the other link for a while", 4, &Roamer::prefer_the_other_for_a_while},
      {"has a link that takes another name", 4, &Roamer::take_another_name},
  };
  return kChanges;
}

void Roamer::change(const Change& change, std::uint64_t pick) {
  ++number_;
  SeededRandom random(pick);
  (this->*change.act)(random);
}

void Roamer::come_to_rest() {
  ++number_;
  had_a_hole_ = was_rough_ = false;
  for (const auto& name : names_) host_.set_link(name, link_);
  if (!addresses_.empty() && whole_) return;
  SeededRandom pick(static_cast<std::uint64_t>(place_));
  const auto addresses = addresses_.empty() ? draw_addresses(pick) : addresses_;
  leave();
  come(addresses);
}

std::vector<std::string> Roamer::draw_addresses(SeededRandom& pick) {
  place_ = (place_ + 1 + static_cast<int>(pick.below(kPlaces - 1))) % kPlaces;
  const auto number = std::to_string(first_ + place_);
  const auto host = "2" + std::to_string(pick.below(10));
  const auto kind = families_ == Families::both ? 0 : pick.below(4);
  std::vector<std::string> addresses;
  if (kind != 1) addresses.push_back("10." + number + ".0." + host);
  if (kind != 2) addresses.push_back("2001:db8:" + number + "::" + host);
  return addresses;
}

void Roamer::later(Duration delay, std::function<void()> what) {
  if (delay == Duration{}) return what();
  network_.time().after(delay, [this, number = number_, what = std::move(what)] {
    if (number == number_) what();
  });
}

void Roamer::leave() {
  for (const auto& name : names_) host_.detach(name);
  addresses_.clear();
}

void Roamer::come(const std::vector<std::string>& addresses, std::uint32_t metric) {
  host_.attach(carrier(), addresses, metric);
  addresses_ = addresses;
  whole_ = true;
}

void Roamer::break_to_another(SeededRandom& pick) {
  leave();
  carries_ = 1 - carries_;
  later(draw_gap(pick), [this, addresses = draw_addresses(pick)] { come(addresses); });
}

void Roamer::both_up_for_a_while(SeededRandom& pick) {
  if (addresses_.empty()) return break_to_another(pick);
  const auto addresses = draw_addresses(pick);
  host_.detach(other());
  carries_ = 1 - carries_;
  come(addresses, pick.below(2) == 0 ? 50 : 600);
  later(draw_gap(pick), [this] { host_.detach(other()); });
}

void Roamer::be_gone(SeededRandom& pick) {
  leave();
  if (pick.below(2) == 0) carries_ = 1 - carries_;
}

void Roamer::flap(SeededRandom& pick) {
  if (addresses_.empty()) return break_to_another(pick);
  const auto addresses = addresses_;
  leave();
  later(draw_gap(pick), [this, addresses] { come(addresses); });
}

void Roamer::renumber(SeededRandom& pick) {
  if (addresses_.empty() || !whole_) return break_to_another(pick);
  const auto old = addresses_;
  const auto fresh = draw_addresses(pick);
  const auto gap = draw_gap(pick);
  const auto remove = [this, old] {
    for (const auto& address : old) host_.remove_address(address);
  };
  host_.detach(other());
  addresses_ = fresh;
  if (pick.below(2) == 0) {
    whole_ = false;
    remove();
    return later(gap, [this, fresh] { come(fresh); });
  }
  come(fresh);
  if (pick.below(2) == 0) {
    for (const auto& address : old) host_.mark(address, false, true);
  }
  later(gap, remove);
}

void Roamer::lose_or_gain_a_family(SeededRandom& pick) {
  if (addresses_.empty() || !whole_ || families_ == Families::both) return break_to_another(pick);
  const auto number = std::to_string(first_ + place_);
  if (addresses_.size() == 2) {
    const auto gone = addresses_.begin() + static_cast<std::ptrdiff_t>(pick.below(2));
    const auto address = *gone;
    addresses_.erase(gone);
    return host_.remove_address(address);
  }
  const bool is_v4 = ip(addresses_.front()).is_v4();
  auto addresses = addresses_;
  addresses.push_back(is_v4 ? "2001:db8:" + number + "::77" : "10." + number + ".0.77");
  host_.attach(carrier(), {addresses.back()});
  addresses_ = addresses;
}

void Roamer::be_tentative(SeededRandom& pick) {
  leave();
  carries_ = 1 - carries_;
  const auto addresses = draw_addresses(pick);
  come(addresses);
  whole_ = false;
  for (const auto& address : addresses) host_.mark(address, true, false);
  later(1ms + draw_gap(pick), [this, addresses] {
    whole_ = true;
    for (const auto& address : addresses) host_.mark(address, false, false);
  });
}

void Roamer::have_no_route_at_first(SeededRandom& pick) {
  leave();
  carries_ = 1 - carries_;
  addresses_ = draw_addresses(pick);
  whole_ = false;
  host_.set_up(carrier(), true);
  for (const auto& address : addresses_) host_.add_address(carrier(), address);
  later(1ms + draw_gap(pick), [this] {
    whole_ = true;
    for (const auto& address : addresses_) {
      host_.add_default_route(carrier(), ip(address).family(), 100);
    }
  });
}

void Roamer::carry_nothing_at_first(SeededRandom& pick) {
  auto hole = link_;
  hole.loss = 1;
  leave();
  carries_ = 1 - carries_;
  host_.set_link(carrier(), hole);
  had_a_hole_ = true;
  come(draw_addresses(pick));
  later(1ms + draw_gap(pick), [this] { host_.set_link(carrier(), link_); });
}

void Roamer::grow_rough(SeededRandom& pick) {
  auto rough = link_;
  rough.loss = 0.05 + 0.05 * static_cast<double>(pick.below(4));
  rough.jitter = 40ms;
  rough.duplication = 0.05;
  was_rough_ = true;
  for (const auto& name : names_) host_.set_link(name, rough);
}

void Roamer::have_a_vpn(SeededRandom& pick) {
  if (addresses_.empty() || !whole_) return break_to_another(pick);
  host_.attach(other(), {"10." + std::to_string(first_ + kPlaces) + ".0.2"}, 10);
  later(1ms + draw_gap(pick), [this] { host_.detach(other()); });
}

void Roamer::prefer_the_other_for_a_while(SeededRandom& pick) {
  if (addresses_.empty() || !whole_) return break_to_another(pick);
  const auto old = carries_;
  const auto old_addresses = addresses_;
  const auto fresh = draw_addresses(pick);
  host_.detach(other());
  carries_ = 1 - carries_;
  come(fresh, 50);
  later(1ms + draw_gap(pick), [this, old, old_addresses] {
    host_.detach(names_[1 - old]);
    carries_ = old;
    addresses_ = old_addresses;
  });
}

// A rename is a link that goes and one that comes with what it had.
void Roamer::take_another_name(SeededRandom& pick) {
  if (addresses_.empty() || !whole_) return break_to_another(pick);
  const auto addresses = addresses_;
  leave();
  carries_ = 1 - carries_;
  come(addresses);
}

}  // namespace godwit::test
