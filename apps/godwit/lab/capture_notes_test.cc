// SPDX-License-Identifier: Apache-2.0
#include "lab/capture_notes.h"

#include <gtest/gtest.h>

namespace godwit::lab {
namespace {

using nlohmann::json;

TEST(CaptureNotes, TellOfAChangeByItsId) {
  const auto notes = capture_notes({
      json::parse(R"({"time":"2026-11-22T23:12:22.407776Z","type":"net.change.started","change":7,
                      "reasons":["address_lost wifi0 10.1.0.2","family_went v4"]})"),
      json::parse(R"({"time":"2026-11-22T23:12:22.407777Z","type":"call.handover.begin","call":1,
                      "change":7,"reason":"network_lost"})"),
      json::parse(R"({"time":"2026-11-22T23:12:22.510700Z","type":"call.handover.done","call":1,
                      "report":{"change":7,"from":"10.1.0.2:5060","to":"10.2.0.2:5060"}})"),
      json::parse(R"({"time":"2026-11-22T23:12:22.510701Z","type":"net.change.finished","change":7,
                      "outcome":"recovered","took_ms":102.213})"),
  });
  ASSERT_EQ(notes.size(), 4U);
  EXPECT_EQ(notes[0].time_ns, 1'795'389'142'407'776'000);
  EXPECT_EQ(notes[0].text, "godwit: change 7: address_lost wifi0 10.1.0.2, family_went v4");
  EXPECT_EQ(notes[1].text, "godwit: change 7: call 1 begins to move (network_lost)");
  EXPECT_EQ(notes[2].text, "godwit: change 7: call 1 has moved, 10.1.0.2:5060 to 10.2.0.2:5060");
  EXPECT_EQ(notes[3].text, "godwit: change 7: recovered after 102.213 ms");
}

TEST(CaptureNotes, LeaveOutWhatIsOfNoChangeOrHasNoTime) {
  EXPECT_TRUE(capture_notes({
                                json::parse(R"({"time":"2026-11-22T23:12:22.4Z","type":"call.up"})"),
                                json::parse(R"({"type":"net.change.started","change":1})"),
                            })
                  .empty());
}

}  // namespace
}  // namespace godwit::lab
