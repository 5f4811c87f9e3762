// SPDX-License-Identifier: Apache-2.0
#include "sip/message/multipart_writer.h"

#include <gtest/gtest.h>

#include "sip/message/multipart.h"

namespace godwit::sip {
namespace {

TEST(MultipartWriterTest, WritesThePartsBetweenItsBoundary) {
  SeededRandom random(1);
  const OutgoingPart parts[] = {{{{"Content-Type", "application/sdp"}}, "v=0\r\n"}, {{}, "x"}};
  const auto written = write_multipart("multipart/mixed", parts, random);
  const auto boundary = boundary_of(written.content_type).value();
  EXPECT_EQ(written.content_type, "multipart/mixed;boundary=" + boundary);
  EXPECT_EQ(written.body, "--" + boundary +
                              "\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n\r\n--" + boundary +
                              "\r\n\r\nx\r\n--" + boundary + "--\r\n");
}

/// Gives what it was told to give first.
class RiggedRandom final : public Random {
 public:
  void fill(std::span<std::byte> out) override {
    for (std::byte& byte : out) byte = given_++ < 32 ? std::byte{0x11} : std::byte{0x22};
  }

 private:
  int given_ = 0;
};

TEST(MultipartWriterTest, ABoundaryThatOccursInAPartIsNotTaken) {
  RiggedRandom random;
  const std::string taken(32, '1');
  const OutgoingPart parts[] = {{{}, "x"}, {{{"Content-ID", "<" + taken + "@h>"}}, "y"}};
  const auto written = write_multipart("multipart/related;type=\"a/b\"", parts, random);
  EXPECT_EQ(boundary_of(written.content_type), std::string(32, '2'));
}

TEST(MultipartWriterTest, AValueCannotBeginALineOfItsOwn) {
  SeededRandom random(2);
  const OutgoingPart parts[] = {{{{"X-Own", std::string("a\r\nX-Evil: b\0", 12)}}, ""}};
  const auto written = write_multipart("multipart/mixed", parts, random);
  const auto read = parse_multipart(written.content_type, written.body);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->front().field("X-Evil"), std::nullopt);
  EXPECT_EQ(read->front().field("X-Own"), "a  X-Evil: b");
}

std::string any_bytes(std::size_t size, Random& random) {
  constexpr std::string_view kOften = "\r\n-";
  std::string bytes(size, '\0');
  for (char& c : bytes) {
    c = random.below(2) == 0 ? kOften[random.below(kOften.size())]
                             : static_cast<char>(random.below(256));
  }
  return bytes;
}

TEST(MultipartWriterTest, WhatIsWrittenIsReadAsItWas) {
  SeededRandom random(3);
  for (int round = 0; round < 1000; ++round) {
    std::vector<OutgoingPart> parts(1 + random.below(5));
    for (auto& part : parts) {
      if (random.below(2) == 0)
        part.fields.push_back({"Content-Type", "application/x" + random.token(2)});
      if (random.below(2) == 0)
        part.fields.push_back({"Content-ID", "<" + random.token(4) + "@h>"});
      part.body = any_bytes(random.below(30), random);
    }
    const auto written = write_multipart("multipart/mixed", parts, random);
    const auto read = parse_multipart(written.content_type, written.body);
    ASSERT_TRUE(read) << read.error().what << read.error().at;
    ASSERT_EQ(read->size(), parts.size());
    for (std::size_t i = 0; i < parts.size(); ++i) {
      EXPECT_EQ((*read)[i].body, parts[i].body);
      for (const auto& field : parts[i].fields) {
        EXPECT_EQ((*read)[i].field(field.name), field.value);
      }
    }
  }
}

TEST(MultipartWriterTest, ABodyOfPartsCanBeAPart) {
  SeededRandom random(4);
  const OutgoingPart inner[] = {{{{"Content-Type", "application/sdp"}}, "v=0\r\n"}};
  const auto alternative = write_multipart("multipart/alternative", inner, random);
  const OutgoingPart outer[] = {{{{"Content-Type", alternative.content_type}}, alternative.body}};
  const auto mixed = write_multipart("multipart/mixed", outer, random);
  const auto sdp = find_part(mixed.content_type, mixed.body, "application/sdp");
  ASSERT_TRUE(sdp && *sdp);
  EXPECT_EQ((*sdp)->body, "v=0\r\n");
  EXPECT_EQ((*sdp)->depth, 2U);
}

}  // namespace
}  // namespace godwit::sip
