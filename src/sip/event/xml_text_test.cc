// SPDX-License-Identifier: Apache-2.0
#include "sip/event/xml_text.h"

#include <gtest/gtest.h>

namespace godwit::sip {
namespace {

TEST(XmlTextTest, NothingOfItEndsAnElementOrAnAttribute) {
  EXPECT_EQ(xml_escaped("a<b>\"c\"&'d'"), "a&lt;b&gt;&quot;c&quot;&amp;&apos;d&apos;");
}

TEST(XmlTextTest, WhatIsNoneInXmlIsReplacedOrLeftOut) {
  EXPECT_EQ(xml_escaped("a\x01" "b"), "a b");
  EXPECT_EQ(xml_escaped("a\xEF\xBF\xBE" "b\xEF\xBF\xBF"), "ab");
  EXPECT_EQ(xml_escaped("a\xFF" "b"), "a\xEF\xBF\xBD" "b");
}

TEST(XmlTextTest, AnAttributeWithoutAValueIsNotWritten) {
  std::string out = "<e";
  append_xml_attribute(out, "one", "1");
  append_xml_attribute(out, "none", "");
  EXPECT_EQ(out, "<e one=\"1\"");
}

}  // namespace
}  // namespace godwit::sip
