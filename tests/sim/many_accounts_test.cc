// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <malloc.h>

#include <ctime>
#include <iostream>
#include <string>

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

  ManyAccountsTest() : bench_(EngineBench::without_keep_alives()) {
    bench_.route("10.9.0.1", "10.1.0.2");
  }
  void register_all() {
    for (std::size_t i = 0; i < kMany; ++i) {
      const auto account = *bench_.engine.add_account(
          {.address_of_record = "sip:user" + std::to_string(i) + "@core.test", .password = "secret"},
          bench_.now);
      ASSERT_TRUE(bench_.engine.start_registration(account, 3600s, bench_.now));
    }
    bench_.drain();
  }
  /// Answers everything with 200. @return how many REGISTERs there were.
  std::size_t answer_all() {
    std::size_t registers = 0;
    while (const auto sent = bench_.next_sent()) {
      if (!sent->message.is_request()) continue;
      const auto contact = sent->message.field(sip::Field::contact);
      bench_.answer(*sent, 200, [&](sip::Message& ok) {
        if (contact) ok.set(sip::Field::contact, std::string(*contact));
      });
      if (sent->message.method() == sip::Method::register_) ++registers;
    }
    return registers;
  }

  EngineBench bench_;
};

TEST_F(ManyAccountsTest, AMoveIsOneRegisterEach) {
  const auto heap = mallinfo2().uordblks;
  register_all();
  EXPECT_EQ(answer_all(), kMany);
  bench_.advance(40s);
  bench_.events.clear();
  bench_.logged.clear();
  const auto each = (mallinfo2().uordblks - heap) / kMany;
  bench_.sent.clear();

  const double begin = processor_seconds();
  bench_.remove_addresses();
  bench_.add_address("10.2.0.2", 3);
  bench_.route("10.9.0.1", "10.2.0.2");
  bench_.observe();
  EXPECT_EQ(answer_all(), kMany);
  std::cout << kMany << " accounts: " << each << " bytes each, a move takes "
            << processor_seconds() - begin << " s of the processor, its answers made among it\n";
  EXPECT_EQ(bench_.events_of<RegistrationChanged>().size(), kMany);
  EXPECT_EQ(bench_.events_of<NetworkChangeFinished>().size(), 1U);
}

}  // namespace
}  // namespace godwit::test
