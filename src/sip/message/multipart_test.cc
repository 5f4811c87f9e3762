// SPDX-License-Identifier: Apache-2.0
#include "sip/message/multipart.h"

#include <gmock/gmock.h>

#include "base/limits.h"
#include "base/random.h"

namespace godwit::sip {
namespace {

using namespace std::string_view_literals;
using ::testing::ElementsAre;

constexpr auto kMixed = "multipart/mixed;boundary=b"sv;

std::vector<std::string> bodies_of(std::string_view content_type, std::string_view body) {
  const auto parts = parse_multipart(content_type, body);
  if (!parts) return {std::string(parts.error().what) + " at " + std::to_string(parts.error().at)};
  std::vector<std::string> bodies;
  for (const auto& part : *parts) bodies.emplace_back(part.body);
  return bodies;
}

TEST(MultipartTest, PartsStandBetweenTheirDelimiters) {
  constexpr auto kBody =
      "preamble\r\n"
      "--b\r\n"
      "Content-Type: application/sdp\r\n"
      "content-disposition: session;\r\n\thandling=required\r\n"
      "\r\n"
      "v=0\r\n"
      "\r\n"
      "--b  \t\r\n"
      "\r\n"
      "no header\r\n"
      "--b--\r\n"
      "epilogue\r\n--b\r\n"sv;
  const auto parts = parse_multipart(kMixed, kBody);
  ASSERT_TRUE(parts) << parts.error().what << parts.error().at;
  ASSERT_EQ(parts->size(), 2U);
  const auto& [sdp, text] = std::tie((*parts)[0], (*parts)[1]);
  EXPECT_EQ(sdp.body, "v=0\r\n");
  EXPECT_EQ(sdp.content_type(), "application/sdp");
  EXPECT_EQ(sdp.field("CONTENT-DISPOSITION"), "session;  \thandling=required");
  EXPECT_EQ(sdp.field("Content-ID"), std::nullopt);
  EXPECT_EQ(sdp.depth, 1U);
  EXPECT_EQ(text.body, "no header");
  EXPECT_EQ(text.header, "");
  EXPECT_EQ(text.content_type(), "text/plain");
  EXPECT_EQ(sdp.body.data(), kBody.data() + kBody.find("v=0")) << "a view, no copy";
}

struct Bodies {
  std::string_view body;
  std::vector<std::string> parts;
};
class MultipartBodiesTest : public ::testing::TestWithParam<Bodies> {};
TEST_P(MultipartBodiesTest, AreCutToTheByte) {
  EXPECT_EQ(bodies_of(kMixed, GetParam().body), GetParam().parts);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, MultipartBodiesTest,
    ::testing::Values(Bodies{"--b\r\n\r\nx\r\n--b--", {"x"}},
                      Bodies{"--b\r\n\r\n\r\n--b--\r\n", {""}}, Bodies{"--b\r\n\r\n--b--", {""}},
                      Bodies{"--b\r\n--b--", {""}}, Bodies{"--b\r\na:b\r\n--b--", {""}},
                      Bodies{"--b\r\na:b\r\n\r\n--b--", {""}},
                      Bodies{"--b\r\n\r\n\r\n\r\n\r\n--b--", {"\r\n\r\n"}},
                      Bodies{"--b\n\nx\n--b--\n", {"x"}},
                      Bodies{"--b\r\n\r\nx\r\r\n--b--", {"x\r"}},
                      // Only a whole line is a delimiter.
                      Bodies{"--b\r\n\r\nx--b\r\n --b\r\n--bc\r\n--b-\r\n--b--x\r\n--b--",
                             {"x--b\r\n --b\r\n--bc\r\n--b-\r\n--b--x"}},
                      Bodies{"--b--x\r\n--b\r\n\r\n1\r\n--b\r\n\r\n2\r\n--b--", {"1", "2"}},
                      Bodies{"--b\r\n\r\n\0\xff\0\r\n--b--"sv, {std::string("\0\xff\0", 3)}}));

TEST(MultipartTest, FieldsAreFoundByAnyOfTheirNames) {
  const auto parts = parse_multipart(
      kMixed, "--b\r\nc : a/b\r\nContent-ID:\r\n <x@y>\r\nX-Own: 1\r\nX-Own: 2\r\n\r\n--b--");
  ASSERT_TRUE(parts);
  const auto& part = parts->front();
  EXPECT_EQ(part.content_type(), "a/b");
  EXPECT_EQ(part.field("content-id"), "<x@y>");
  EXPECT_EQ(part.field("x-own"), "1");
  EXPECT_EQ(part.field("Content-Transfer-Encoding"), std::nullopt);
}

TEST(MultipartTest, PartsOfPartsFollowTheirParent) {
  constexpr auto kBody =
      "--b\r\n"
      "Content-Type: multipart/alternative; boundary=\"b c\"\r\n\r\n"
      "--b c\r\n\r\n1\r\n"
      "--b c\r\nContent-Type: multipart/related;boundary=bb\r\n\r\n--bb\r\n\r\n2\r\n--bb--\r\n"
      "--b c--\r\n"
      "--b\r\n\r\n3\r\n"
      "--b--\r\n"sv;
  const auto parts = parse_multipart(kMixed, kBody);
  ASSERT_TRUE(parts) << parts.error().what << parts.error().at;
  std::vector<std::string> seen;
  for (const auto& part : *parts) {
    seen.push_back(std::to_string(part.depth) + (part.is_multipart ? "*" : std::string(part.body)));
  }
  EXPECT_THAT(seen, ElementsAre("1*", "21", "2*", "32", "13"));
}

struct Type {
  std::string_view content_type;
  std::string_view boundary;
};
class BoundaryTest : public ::testing::TestWithParam<Type> {};
TEST_P(BoundaryTest, IsReadFromTheContentType) {
  const auto boundary = boundary_of(GetParam().content_type);
  ASSERT_TRUE(boundary) << boundary.error().what;
  EXPECT_EQ(*boundary, GetParam().boundary);
}

constexpr auto kSeventy =
    "1234567890123456789012345678901234567890123456789012345678901234567890"sv;

INSTANTIATE_TEST_SUITE_P(
    Texts, BoundaryTest,
    ::testing::Values(Type{"multipart/mixed;boundary=abc", "abc"},
                      Type{"Multipart / Signed ; micalg=sha1 ; Boundary = \"a b:\\\"c\" ;x",
                           "a b:\"c"},
                      Type{"multipart/x;boundary=\"=_1\"", "=_1"},
                      Type{"multipart/mixed;boundary=1234567890123456789012345678901234567890123456"
                           "789012345678901234567890",
                           kSeventy}));

struct BadBody {
  std::string_view content_type;
  std::string_view body;
  std::string_view verdict;
};
class BadMultipartTest : public ::testing::TestWithParam<BadBody> {};
TEST_P(BadMultipartTest, IsRefusedWithItsPlace) {
  EXPECT_THAT(bodies_of(GetParam().content_type, GetParam().body),
              ElementsAre(std::string(GetParam().verdict)));
}

INSTANTIATE_TEST_SUITE_P(
    ContentTypes, BadMultipartTest,
    ::testing::Values(
        BadBody{"", "", "expected a media type at 0"},
        BadBody{"multipart", "", "expected \"/\" in a media type at 9"},
        BadBody{"multipart/", "", "expected a subtype after \"/\" at 10"},
        BadBody{"text/plain;boundary=b", "", "expected the media type \"multipart\" at 0"},
        BadBody{"multipart/mixed", "", "expected a boundary parameter at 15"},
        BadBody{"multipart/mixed;x=boundary", "", "expected a boundary parameter at 26"},
        BadBody{"multipart/mixed;boundary", "", "expected a boundary of 1 to 70 characters at 15"},
        BadBody{"multipart/mixed;boundary=\"\"", "",
                "expected a boundary of 1 to 70 characters at 15"},
        BadBody{"multipart/mixed;boundary=\"a \"", "", "boundary ends in a blank at 15"},
        BadBody{"multipart/mixed;boundary=a;boundary=b", "", "boundary given twice at 26"},
        BadBody{"multipart/"
                "mixed;boundary=12345678901234567890123456789012345678901234567890123456789012"
                "345678901",
                "", "boundary longer than 70 characters at 15"}));

INSTANTIATE_TEST_SUITE_P(
    Bodies, BadMultipartTest,
    ::testing::Values(
        BadBody{kMixed, "", "expected \"--\" and the boundary at 0"},
        BadBody{kMixed, "text\r\n--c\r\n", "expected \"--\" and the boundary at 11"},
        BadBody{kMixed, "x\r\n--b--", "expected a part before the end boundary at 3"},
        BadBody{kMixed, "--b", "expected the end boundary at 3"},
        BadBody{kMixed, "--b\r\n\r\nx\r\n--b\r\n", "expected the end boundary at 15"},
        BadBody{kMixed, "--b\r\n\r\nx\r\n--b-", "expected the end boundary at 14"},
        BadBody{kMixed, "--b\r\nv=0\r\n--b--", "expected \":\" in a part's header at 5"},
        BadBody{kMixed, "--b\r\nX: 1\r\n: 2\r\n--b--",
                "expected a field name in a part's header at 11"},
        BadBody{kMixed, "--b\r\nX: \0\r\n--b--"sv, "control character in a part's header at 8"},
        BadBody{kMixed, "--b\r\nc:multipart/mixed\r\n\r\n--b--",
                "expected a boundary parameter at 5"},
        BadBody{kMixed, "--b\r\nc:multipart/mixed;boundary=i\r\n\r\n--i\r\n\r\nx\r\n--b--\r\n",
                "expected the end boundary at 45"}));

TEST(MultipartTest, TheBoundaryMayHaveSeventyCharacters) {
  for (const auto& [size, good] :
       {std::pair{70U, true}, std::pair{71U, false}, std::pair{700U, false}}) {
    const std::string boundary(size, 'x');
    const auto parts = parse_multipart("multipart/mixed;boundary=" + boundary,
                                       "--" + boundary + "\r\n\r\n--" + boundary + "--");
    EXPECT_EQ(parts.has_value(), good) << size;
  }
}

std::string nested(std::size_t depth) {
  std::string body = "x";
  std::string type = "text/plain";
  for (std::size_t i = 0; i < depth; ++i) {
    const std::string boundary = "b" + std::to_string(i) + "e";
    body = "--" + boundary + "\r\nContent-Type: " + type + "\r\n\r\n" + body + "\r\n--" + boundary +
           "--\r\n";
    type = "multipart/mixed;boundary=" + boundary;
  }
  return body;
}

TEST(MultipartTest, PartsNestAsDeepAsTheTableOfLimitsSays) {
  const auto parse = [](std::size_t depth) {
    return parse_multipart("multipart/mixed;boundary=b" + std::to_string(depth - 1) + "e",
                           nested(depth));
  };
  const auto deepest = parse(limits::kMultipartDepth);
  ASSERT_TRUE(deepest);
  EXPECT_EQ(deepest->size(), limits::kMultipartDepth);
  EXPECT_EQ(deepest->back().depth, limits::kMultipartDepth);
  for (const auto depth : {limits::kMultipartDepth + 1, 10 * limits::kMultipartDepth}) {
    const auto parts = parse(depth);
    ASSERT_FALSE(parts);
    EXPECT_STREQ(parts.error().what, "parts within parts too deep");
  }
}

TEST(MultipartTest, PartsAreAsManyAsTheTableOfLimitsSays) {
  const auto parse = [](std::size_t count) {
    std::string body;
    for (std::size_t i = 0; i < count; ++i) body += "--b\r\n\r\n\r\n";
    return parse_multipart(kMixed, body + "--b--");
  };
  EXPECT_EQ(parse(limits::kMultipartParts).value().size(), limits::kMultipartParts);
  EXPECT_STREQ(parse(limits::kMultipartParts + 1).error().what, "too many parts");
  EXPECT_STREQ(parse(10 * limits::kMultipartParts).error().what, "too many parts");
}

TEST(MultipartTest, APartIsFoundByItsType) {
  constexpr auto kBody =
      "--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n"
      "--b\r\nContent-Type: multipart/alternative;boundary=i\r\n\r\n"
      "--i\r\nContent-Type: Application/SDP; x=y\r\n\r\nv=0\r\n\r\n--i--\r\n"
      "--b--"sv;
  EXPECT_EQ(find_part(kMixed, kBody, "application/sdp").value()->body, "v=0\r\n");
  EXPECT_EQ(find_part(kMixed, kBody, "text/plain").value()->body, "hello");
  EXPECT_EQ(find_part(kMixed, kBody, "message/sipfrag").value(), std::nullopt);
  EXPECT_EQ(find_part(kMixed, kBody, "multipart/alternative").value(), std::nullopt);
  EXPECT_EQ(find_part("application/sdp ;x", "v=0\r\n", "application/sdp").value()->body, "v=0\r\n");
  EXPECT_EQ(find_part("text/plain", "v=0\r\n", "application/sdp").value(), std::nullopt);
  EXPECT_EQ(find_part("", "v=0\r\n", "application/sdp").value(), std::nullopt);
  EXPECT_STREQ(find_part(kMixed, "--b", "application/sdp").error().what,
               "expected the end boundary");
}

TEST(MultipartTest, EveryBeginningOfABodyEndsInAVerdict) {
  const auto body = nested(3) + "epilogue";
  for (std::size_t size = 0; size <= body.size(); ++size) {
    const std::string start = body.substr(0, size);
    const auto parts = parse_multipart("multipart/mixed;boundary=b2e", start);
    if (!parts) {
      EXPECT_LE(parts.error().at, size);
    }
  }
}

TEST(MultipartTest, AnyBytesEndInAVerdict) {
  constexpr auto kBytes = "--bb\r\n\n: c\0"sv;
  SeededRandom random(6);
  for (int round = 0; round < 20'000; ++round) {
    std::string body(random.below(40), '\0');
    for (char& c : body) c = kBytes[random.below(kBytes.size())];
    const auto parts = parse_multipart(kMixed, body);
    if (!parts) {
      EXPECT_LE(parts.error().at, body.size());
      continue;
    }
    for (const auto& part : *parts) {
      EXPECT_EQ(part.body.find("\n--b\r\n"), std::string_view::npos);
      (void)part.content_type();
    }
  }
}

}  // namespace
}  // namespace godwit::sip
