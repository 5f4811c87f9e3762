// SPDX-License-Identifier: Apache-2.0
#include "ua/dialog_info.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::ua {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

DialogInfo ringing() {
  DialogInfo info;
  info.id = "1-a";
  info.call_id = "call@host";
  info.local_tag = "a";
  info.direction = DialogInfo::Direction::recipient;
  info.state = DialogInfo::State::early;
  info.local = sip::parse_name_addr("<sip:alice@core.test>").value();
  info.remote = sip::parse_name_addr("\"Bob\" <sip:bob@core.test>").value();
  return info;
}

TEST(DialogInfoTest, WritesADialogAsTheSchemaHasIt) {
  EXPECT_EQ(write_dialog_info({3, DialogInfoDocument::Extent::partial, "sip:alice@core.test",
                               {ringing()}}),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"3\""
            " state=\"partial\" entity=\"sip:alice@core.test\">\n"
            "  <dialog id=\"1-a\" call-id=\"call@host\" local-tag=\"a\" direction=\"recipient\">\n"
            "    <state>early</state>\n"
            "    <local><identity>sip:alice@core.test</identity></local>\n"
            "    <remote><identity display=\"Bob\">sip:bob@core.test</identity></remote>\n"
            "  </dialog>\n"
            "</dialog-info>\n");
}

TEST(DialogInfoTest, WritesThatThereIsNone) {
  EXPECT_EQ(write_dialog_info({0, DialogInfoDocument::Extent::full, "sip:alice@core.test", {}}),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"0\""
            " state=\"full\" entity=\"sip:alice@core.test\">\n"
            "</dialog-info>\n");
}

TEST(DialogInfoTest, SaysWhyADialogIsNoMore) {
  using Event = DialogInfo::Event;
  const std::pair<Event, const char*> rows[] = {
      {Event::cancelled, "cancelled"},   {Event::rejected, "rejected"},
      {Event::replaced, "replaced"},     {Event::local_bye, "local-bye"},
      {Event::remote_bye, "remote-bye"}, {Event::error, "error"},
      {Event::timeout, "timeout"}};
  auto info = ringing();
  info.state = DialogInfo::State::terminated;
  for (const auto& [event, name] : rows) {
    info.event = event;
    info.code = event == Event::rejected ? 486 : 0;
    const auto code = event == Event::rejected ? " code=\"486\"" : "";
    EXPECT_THAT(write_dialog_info({0, DialogInfoDocument::Extent::full, "sip:a@h", {info}}),
                HasSubstr("<state event=\"" + std::string(name) + '"' + code + ">terminated</state>"));
  }
}

TEST(DialogInfoTest, NothingThatAStrangerSaysBecomesMarkup) {
  auto info = ringing();
  info.call_id = "a\"><x>&'b";
  info.remote.display_name = "\"/><evil a='1'>\x01\x1b[2J\xff\xef\xbf\xbe]]>";
  info.remote.uri.user = "a&b'<c>";
  const auto text =
      write_dialog_info({0, DialogInfoDocument::Extent::full, "sip:a&b@h", {info}});
  EXPECT_THAT(text, HasSubstr("call-id=\"a&quot;&gt;&lt;x&gt;&amp;&apos;b\""));
  EXPECT_THAT(text, HasSubstr("entity=\"sip:a&amp;b@h\""));
  EXPECT_THAT(text, HasSubstr("&lt;evil"));
  for (const char* bad : {"<evil", "<x>", "\x01", "\x1b", "\xff", "\xef\xbf\xbe", "]]>"}) {
    EXPECT_THAT(text, Not(HasSubstr(bad))) << bad;
  }
}

}  // namespace
}  // namespace godwit::ua
