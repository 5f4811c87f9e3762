// SPDX-License-Identifier: Apache-2.0
#include "ua/transfer.h"

#include <gtest/gtest.h>

namespace godwit::ua {
namespace {

using namespace std::chrono_literals;

class TransferTest : public ::testing::Test {
 protected:
  TransferTest() { transfer_.on_sent(7); }
  static sip::Message notify(std::string_view state, std::string_view body,
                             std::string_view event = "refer") {
    auto message = sip::Message::request("NOTIFY", "sip:alice@192.0.2.1");
    message.add(sip::Field::event, event);
    message.add(sip::Field::subscription_state, state);
    message.set_body("message/sipfrag;version=2.0", body);
    return message;
  }
  TimePoint now_{1000s};
  Transfer transfer_{now_};
};

TEST_F(TransferTest, TellsEachStepAndTheEnd) {
  EXPECT_FALSE(transfer_.on_answer(sip::Message::response(202), now_));
  EXPECT_EQ(transfer_.on_notify(notify("active;expires=60", "SIP/2.0 100 Trying"), now_),
            (Transfer::Progress{100, "Trying", false}));
  EXPECT_EQ(transfer_.on_notify(notify("active;expires=60", "SIP/2.0 180 Ringing"), now_),
            (Transfer::Progress{180, "Ringing", false}));
  EXPECT_EQ(transfer_.on_notify(notify("terminated;reason=noresource", "SIP/2.0 200 OK"), now_),
            (Transfer::Progress{200, "OK", true}));
  EXPECT_TRUE(transfer_.over());
  EXPECT_FALSE(transfer_.on_notify(notify("active", "SIP/2.0 180 Ringing"), now_));
  EXPECT_FALSE(transfer_.next_deadline());
}

TEST_F(TransferTest, ANotifyMayComeBeforeTheAnswer) {
  EXPECT_TRUE(transfer_.on_notify(notify("active", "SIP/2.0 100 Trying"), now_));
  EXPECT_FALSE(transfer_.on_answer(sip::Message::response(202), now_));
  EXPECT_FALSE(transfer_.over());
}

TEST_F(TransferTest, ARefusalIsTheEnd) {
  EXPECT_EQ(transfer_.on_answer(sip::Message::response(603), now_),
            (Transfer::Progress{603, "Decline", true}));
}

TEST_F(TransferTest, WhoNeverTellsIsNotWaitedFor) {
  auto accepted = sip::Message::response(202);
  accepted.add(sip::Field::refer_sub, "false");
  const auto news = transfer_.on_answer(accepted, now_);
  ASSERT_TRUE(news);
  EXPECT_EQ(news->status, 0);
  EXPECT_TRUE(news->final);
}

TEST_F(TransferTest, SilenceEndsIt) {
  EXPECT_FALSE(transfer_.on_answer(sip::Message::response(202), now_));
  EXPECT_TRUE(transfer_.on_notify(notify("active;expires=60", "SIP/2.0 100 Trying"), now_));
  EXPECT_EQ(transfer_.next_deadline(), now_ + 60s);
  EXPECT_FALSE(transfer_.on_timeout(now_ + 59s));
  const auto news = transfer_.on_timeout(now_ + 60s);
  ASSERT_TRUE(news);
  EXPECT_EQ(news->status, 0);
  EXPECT_TRUE(news->final);
}

TEST_F(TransferTest, TerminatedWithoutAFinalStatusIsTheEndToo) {
  const auto news = transfer_.on_notify(notify("terminated;reason=giveup", "SIP/2.0 100 Trying"), now_);
  ASSERT_TRUE(news);
  EXPECT_EQ(*news, (Transfer::Progress{0, "giveup", true}));
}

TEST_F(TransferTest, IsToldByItsOwnNotifiesOnly) {
  EXPECT_TRUE(transfer_.is_told_by(notify("active", "", "refer")));
  EXPECT_TRUE(transfer_.is_told_by(notify("active", "", "refer;id=7")));
  EXPECT_FALSE(transfer_.is_told_by(notify("active", "", "refer;id=8")));
  EXPECT_FALSE(transfer_.is_told_by(notify("active", "", "dialog")));
}

}  // namespace
}  // namespace godwit::ua
