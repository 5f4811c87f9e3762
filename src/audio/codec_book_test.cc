// SPDX-License-Identifier: Apache-2.0
#include "audio/codec_book.h"

#include <gmock/gmock.h>

#include "audio/g711_codec.h"

namespace godwit::audio {
namespace {

/// A codec of an application, which says of itself what a test wants.
class SaidCodec final : public godwit::Codec {
 public:
  explicit SaidCodec(CodecFormat format, int rate = 8000, std::optional<std::uint8_t> type = {})
      : format_(std::move(format)), rate_(rate), type_(type) {}
  CodecFormat format() const override { return format_; }
  int sample_rate() const override { return rate_; }
  std::optional<std::uint8_t> payload_type() const override { return type_; }
  bool takes(const CodecFormat& theirs) const override { return theirs.parameters != "mode=9"; }
  std::unique_ptr<Encoder> make_encoder(const CodecFormat& theirs,
                                        std::chrono::milliseconds time) const override {
    return G711Codec(Law::pcmu).make_encoder(theirs, time);
  }
  std::unique_ptr<Decoder> make_decoder() const override {
    return G711Codec(Law::pcmu).make_decoder();
  }

 private:
  CodecFormat format_;
  int rate_;
  std::optional<std::uint8_t> type_;
};

std::vector<std::string> names_of(const CodecList& codecs) {
  std::vector<std::string> names;
  for (const auto& codec : codecs) {
    names.push_back(codec->format().name + '/' + std::to_string(codec->format().clock_rate));
  }
  return names;
}

std::string complaint(CodecFormat format, int rate = 8000, std::optional<std::uint8_t> type = {}) {
  CodecBook book;
  const auto added = book.add(std::make_shared<SaidCodec>(std::move(format), rate, type));
  return added ? "" : added.error().detail;
}

TEST(CodecBookTest, CodecsAreChosenByNameInTheOrderGiven) {
  const auto chosen = CodecBook().choose({"pcma", "OPUS", "L16/16000", "L16", "PCMA"});
  ASSERT_TRUE(chosen);
  EXPECT_THAT(names_of(*chosen),
              testing::ElementsAre("PCMA/8000", "opus/48000", "L16/16000", "L16/8000"));
}

TEST(CodecBookTest, AnUnknownNameIsToldWithThoseThatAreKnown) {
  const auto chosen = CodecBook().choose({"PCMU", "G729"});
  ASSERT_FALSE(chosen);
  EXPECT_EQ(chosen.error().code, Errc::invalid_argument);
  EXPECT_THAT(chosen.error().detail, testing::HasSubstr("\"G729\" is none of those we have: opus"));
  EXPECT_THAT(chosen.error().detail,
              testing::HasSubstr("PCMU, PCMA, L16, L16/16000, L16/32000, L16/48000"));
  EXPECT_FALSE(CodecBook().choose({}));
  EXPECT_EQ(CodecBook().named("L16/44100"), nullptr);
  EXPECT_EQ(CodecBook().named("L16/"), nullptr);
  EXPECT_EQ(CodecBook().named("L16/8000/1"), nullptr);
  EXPECT_EQ(CodecBook().named(""), nullptr);
}

TEST(CodecBookTest, NamesAreComparedWithoutCase) {
  EXPECT_NE(CodecBook().named("pcmu"), nullptr);
  EXPECT_NE(CodecBook().named("Opus"), nullptr);
}

TEST(CodecBookTest, WhatSdpSpeaksOfIsFoundByNameRateAndChannels) {
  const CodecBook book;
  const auto opus =
      book.find({.name = "Opus", .clock_rate = 48'000, .channels = 2, .parameters = {}});
  ASSERT_NE(opus, nullptr);
  EXPECT_EQ(opus->format().name, "opus");
  EXPECT_EQ(book.find({.name = "opus", .clock_rate = 48'000, .channels = 1, .parameters = {}}),
            nullptr);
  EXPECT_EQ(book.find({.name = "PCMU", .clock_rate = 16'000, .parameters = {}}), nullptr);
  EXPECT_EQ(book.find({.name = "L16", .clock_rate = 44'100, .parameters = {}}), nullptr);
}

TEST(CodecBookTest, TheApplicationAddsAndReplacesCodecs) {
  CodecBook book;
  const auto ours = std::make_shared<SaidCodec>(CodecFormat{.name = "iLBC", .parameters = {}});
  const auto better = std::make_shared<SaidCodec>(CodecFormat{.name = "pcmu", .parameters = {}});
  ASSERT_TRUE(book.add(ours));
  ASSERT_TRUE(book.add(better));
  EXPECT_EQ(book.named("ilbc"), ours);
  EXPECT_EQ(book.named("PCMU"), better);
  EXPECT_EQ(book.find({.name = "ILBC", .parameters = "mode=20"}), ours);
  EXPECT_EQ(book.find({.name = "ILBC", .parameters = "mode=9"}), nullptr);
}

TEST(CodecBookTest, WhatCannotBeIsRefused) {
  EXPECT_FALSE(CodecBook().add(nullptr));
  EXPECT_EQ(complaint({.name = "G729", .parameters = {}}, 8000, 18), "");
  EXPECT_THAT(complaint({.name = "", .parameters = {}}), testing::HasSubstr("no name"));
  EXPECT_THAT(complaint({.name = "a/b", .parameters = {}}), testing::HasSubstr("no name"));
  EXPECT_THAT(complaint({.name = "x", .parameters = {}}, 44'100), testing::HasSubstr("48000 Hz"));
  EXPECT_THAT(complaint({.name = "x", .clock_rate = 0, .parameters = {}}),
              testing::HasSubstr("at least 1"));
  EXPECT_THAT(complaint({.name = "x", .parameters = "a\r\nb"}), testing::HasSubstr("one line"));
  EXPECT_THAT(complaint({.name = "x", .parameters = {}}, 8000, 72), testing::HasSubstr("below 64"));
}

}  // namespace
}  // namespace godwit::audio
