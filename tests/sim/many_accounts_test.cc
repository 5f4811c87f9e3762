// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <ctime>
#include <iostream>
#include <string>
#include <vector>

#include "support/engine_bench.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;

double processor_seconds() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

/// Many accounts of one agent at one server.
class ManyAccountsTest : public ::testing::Test {
 protected:
  static constexpr std::size_t kMany = 10'000;

  explicit ManyAccountsTest(std::uint32_t rate = 0) : bench_(at_rate(rate)) {
    bench_.route("10.9.0.1", "10.1.0.2");
  }
  static UserAgentOptions at_rate(std::uint32_t rate) {
    auto options = EngineBench::without_keep_alives();
    options.registration_rate = rate;
    return options;
  }
  void register_all(std::size_t count = kMany) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto account = *bench_.engine.add_account(
          {.address_of_record = "sip:user" + std::to_string(i) + "@core.test", .password = "secret"},
          bench_.now);
      ASSERT_TRUE(bench_.engine.start_registration(account, 3600s, bench_.now));
    }
    bench_.drain();
  }
  /// Answers everything with 200, calls with 180. @return how many REGISTERs there were.
  std::size_t answer_all() {
    std::size_t registers = 0;
    while (const auto sent = bench_.next_sent()) {
      if (!sent->message.is_request()) continue;
      const auto contact = sent->message.field(sip::Field::contact);
      const bool call = sent->message.method() == sip::Method::invite;
      bench_.answer(*sent, call ? 180 : 200, [&](sip::Message& ok) {
        if (contact) ok.set(sip::Field::contact, std::string(*contact));
      });
      if (sent->message.method() != sip::Method::register_) continue;
      ++registers;
      registered_.push_back({bench_.now, std::string(*sent->message.field(sip::Field::from))});
    }
    return registers;
  }
  void move() {
    bench_.remove_addresses();
    bench_.add_address("10.2.0.2", 3);
    bench_.route("10.9.0.1", "10.2.0.2");
    bench_.observe();
  }

  /// Until so many have been answered. @return how long that took.
  Duration run_all(std::size_t count = kMany) {
    registered_.clear();
    const TimePoint begin = bench_.now;
    answer_all();
    while (registered_.size() < count && bench_.now - begin < 120s) {
      bench_.advance(1ms);
      answer_all();
    }
    return bench_.now - begin;
  }

  struct Registered {
    TimePoint when;
    std::string who;
  };

  EngineBench bench_;
  std::vector<Registered> registered_;
};

/// The same at a pace that a server can live with.
class PacedAccountsTest : public ManyAccountsTest {
 protected:
  static constexpr std::uint32_t kRate = 200;
  static constexpr std::size_t kBurst = 20;

  PacedAccountsTest() : ManyAccountsTest(kRate) {}

  /// REGISTERs in the busiest second.
  [[nodiscard]] std::size_t peak() const {
    std::size_t most = 0;
    for (std::size_t first = 0, last = 0; last < registered_.size(); ++last) {
      while (registered_[last].when - registered_[first].when >= 1s) ++first;
      most = std::max(most, last - first + 1);
    }
    return most;
  }
  /// How many were registered before this one was; `kMany`: it was not.
  [[nodiscard]] std::size_t place_of(std::size_t user) const {
    const auto name = "<sip:user" + std::to_string(user) + "@";
    for (std::size_t i = 0; i < registered_.size(); ++i) {
      if (registered_[i].who.find(name) != std::string::npos) return i;
    }
    return kMany;
  }
  void report(const char* what, Duration took) const {
    std::cout << kMany << " accounts at " << kRate << " a second, " << what << ": "
              << std::chrono::duration<double>(took).count() << " s, busiest second " << peak()
              << " REGISTERs\n";
  }
};

TEST_F(PacedAccountsTest, StartAndMoveKeepThePaceAndCallsComeFirst) {
  register_all();
  auto took = run_all();
  report("start", took);
  EXPECT_EQ(registered_.size(), kMany);
  EXPECT_LE(peak(), kRate + kBurst);
  EXPECT_LE(took, 51s);

  std::vector<std::size_t> calling;
  for (std::size_t user = kMany / 10 - 1; user < kMany; user += kMany / 10) calling.push_back(user);
  for (const auto user : calling) {
    ASSERT_TRUE(bench_.engine.dial(AccountId{user + 1}, "sip:far@core.test", {}, bench_.now));
  }
  bench_.drain();
  answer_all();
  bench_.advance(5s);
  bench_.events.clear();
  const double begin = processor_seconds();
  move();
  took = run_all();
  report("move", took);
  std::cout << processor_seconds() - begin << " s of the processor\n";
  EXPECT_EQ(registered_.size(), kMany);
  EXPECT_LE(peak(), kRate + kBurst);
  EXPECT_LE(took, 52s);
  for (const auto user : calling) EXPECT_LT(place_of(user), kBurst + calling.size()) << user;
  EXPECT_EQ(bench_.events_of<NetworkChangeFinished>().size(), 1U);
}

TEST_F(PacedAccountsTest, NoRemovalIsLostWhenTimeIsShort) {
  register_all(1000);
  run_all(1000);
  registered_.clear();
  bench_.engine.shut_down(bench_.now, 2s);
  bench_.drain();
  const TimePoint begin = bench_.now;
  while (!bench_.engine.idle() && bench_.now - begin < 2s) {
    answer_all();
    bench_.advance(1ms);
  }
  EXPECT_EQ(registered_.size(), 1000U);
}

TEST_F(PacedAccountsTest, WhoIsRemovedTakesItsBindingAlong) {
  register_all(100);
  run_all(100);
  registered_.clear();
  for (std::uint64_t id = 1; id <= 100; ++id) {
    ASSERT_TRUE(bench_.engine.remove_account(AccountId{id}, bench_.now));
  }
  bench_.drain();
  EXPECT_EQ(answer_all(), 100U);
}

TEST_F(ManyAccountsTest, AMoveIsOneRegisterEach) {
  const auto heap = mallinfo2().uordblks;
  register_all();
  EXPECT_LT(run_all(), 100ms) << "an answer comes 1 ms after its question";
  EXPECT_EQ(registered_.size(), kMany);
  bench_.advance(40s);
  bench_.events.clear();
  bench_.logged.clear();
  const auto each = (mallinfo2().uordblks - heap) / kMany;
  bench_.sent.clear();

  const double begin = processor_seconds();
  move();
  run_all();
  EXPECT_EQ(registered_.size(), kMany);
  std::cout << kMany << " accounts: " << each << " bytes each, a move takes "
            << processor_seconds() - begin << " s of the processor, its answers made among it\n";
  EXPECT_EQ(bench_.events_of<RegistrationChanged>().size(), kMany);
  EXPECT_EQ(bench_.events_of<NetworkChangeFinished>().size(), 1U);

  bench_.advance(40s);
  bench_.events.clear();
  bench_.logged.clear();
  bench_.sent.clear();
  const auto held = (mallinfo2().uordblks - heap) / kMany;
  std::cout << held << " bytes each once it is over\n";
  EXPECT_LT(held, each + 512) << "a move leaves nothing behind";
}

}  // namespace
}  // namespace godwit::test
