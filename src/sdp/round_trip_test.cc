// SPDX-License-Identifier: Apache-2.0
// What holds for whole descriptions: read, written and read again; cut off; spoilt by a byte.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "base/random.h"
#include "sdp/inspect.h"
#include "support/value_table.h"

namespace godwit::sdp {
namespace {

std::string read_sample(const std::string& name) {
  std::ifstream file(GODWIT_SOURCE_DIR "/tests/fuzz/corpus/sdp/" + name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Ends in a verdict; what is read is written and read again without a change.
void expect_verdict(std::string_view text) {
  const test::ExactBlock block(text);
  const Inspection seen = inspect(block.view());
  ASSERT_NE(seen.description.has_value(), seen.fault.has_value());
  for (const Warning& warning : seen.warnings) ASSERT_LE(warning.at, text.size()) << warning.text;
  if (seen.fault) {
    ASSERT_LE(seen.fault->fault.at, text.size()) << to_error(*seen.fault).detail;
    return;
  }
  const std::string written = write(*seen.description);
  const auto again = parse(written);
  ASSERT_TRUE(again) << written << again.error().detail;
  ASSERT_TRUE(*again == *seen.description) << written;
  ASSERT_EQ(write(*again), written);
}

class SampleTest : public ::testing::TestWithParam<const char*> {
 protected:
  const std::string text_ = read_sample(GetParam());
};
INSTANTIATE_TEST_SUITE_P(Corpus, SampleTest,
                         ::testing::Values("call.sdp", "every-line.sdp", "webrtc.sdp", "crypto.sdp",
                                           "layers.sdp", "candidates.sdp"),
                         [](const auto& p) {
                           const std::string name = p.param;
                           const auto end = name.find_first_of("-.");
                           return name.substr(0, end);
                         });

TEST_P(SampleTest, IsReadAndComesBackFromItsText) {
  ASSERT_TRUE(inspect(text_).description) << to_error(*inspect(text_).fault).detail;
  expect_verdict(text_);
}

TEST_P(SampleTest, EveryBeginningOfItEndsInAVerdict) {
  for (std::size_t size = 0; size <= text_.size(); ++size) {
    expect_verdict(std::string_view(text_).substr(0, size));
  }
}

/// What a byte is changed to: every other value in a short text; in a long one those that mean
/// something somewhere, and the neighbours in ASCII.
std::string other_values(char byte, std::size_t size) {
  std::string values;
  for (int by = 1; by < 256; ++by) values += static_cast<char>(byte ^ by);
  if (size <= 400) return values;
  values = std::string("\0\t\n\r \"#%*+-./09:;=@AZ[_az|~\x7f\x80\xff", 30);
  for (const int by : {1, 2, 4, 8, 0x20}) values += static_cast<char>(byte ^ by);
  return values;
}

// Each change has to end well; one in sixteen goes all the way.
TEST_P(SampleTest, EveryChangeOfOneByteEndsInAVerdict) {
  std::string changed = text_;
  std::size_t round = 0;
  for (std::size_t at = 0; at < text_.size(); ++at) {
    for (const char value : other_values(text_[at], text_.size())) {
      changed[at] = value;
      if (++round % 16 == 0) {
        expect_verdict(changed);
        continue;
      }
      SessionView view;
      if (!view.read(changed)) (void)describe(view);
    }
    changed[at] = text_[at];
  }
}

/// Makes descriptions of which every part is written as it is read.
class DescriptionMaker {
 public:
  explicit DescriptionMaker(std::uint64_t seed) : random_(seed) {}

  SessionDescription description() {
    SessionDescription d;
    d.username = word();
    d.session_id = random_.u64();
    d.session_version = random_.u64() >> random_.below(64);
    d.origin = address();
    d.session_name = text();
    if (coin()) d.information = text();
    if (coin()) d.uri = text();
    while (coin()) d.emails.push_back(text());
    while (coin()) d.phones.push_back(text());
    if (coin()) d.connection = connection();
    d.bandwidths = bandwidths();
    d.times.clear();
    do {
      d.times.push_back(timing());
    } while (coin());
    d.attributes = attributes();
    if (coin()) d.direction = direction();
    while (random_.below(4) > 0 && d.media.size() < limits::kMediaLines) d.media.push_back(media());
    return d;
  }

 private:
  bool coin() { return random_.below(2) == 0; }
  std::string word() { return random_.token(1 + random_.below(6)); }
  std::string text() { return word() + (coin() ? " \t\"=:\\\xc3\xa4 " + word() : ""); }
  Direction direction() { return static_cast<Direction>(random_.below(4)); }

  net::IpAddress ip() {
    std::array<std::uint8_t, 16> bytes{};
    random_.fill(std::as_writable_bytes(std::span(bytes)));
    if (coin()) bytes[0] = coin() ? 0xff : 0xe1;
    if (coin()) std::fill(bytes.begin() + 4, bytes.end() - 2, std::uint8_t{0});
    if (coin()) return net::IpAddress::v6(bytes);
    return net::IpAddress::v4({bytes[0], bytes[1], bytes[2], bytes[3]});
  }
  Address address() {
    if (coin()) return ip();
    if (coin()) return NamedAddress{"IN", coin() ? "IP4" : "IP6", "h" + word() + ".invalid"};
    return NamedAddress{"X" + word(), word(), word()};
  }
  Connection connection() {
    Connection made{address(), std::nullopt, 1};
    const net::IpAddress* const literal_one = literal(made.address);
    if (literal_one == nullptr || !literal_one->is_multicast()) return made;
    if (literal_one->is_v4()) made.ttl = static_cast<std::uint8_t>(random_.below(256));
    made.count += static_cast<std::uint32_t>(random_.below(5));
    return made;
  }
  std::vector<Bandwidth> bandwidths() {
    std::vector<Bandwidth> made;
    while (coin()) made.push_back({word(), random_.u64()});
    return made;
  }
  Timing timing() {
    Timing made{random_.u64(), random_.u64(), {}, {}};
    const auto span = [&] { return std::chrono::seconds(random_.below(1'000'000)); };
    while (coin()) made.repeats.push_back({std::chrono::seconds(1) + span(), span(), {span()}});
    while (coin()) made.zones.push_back({random_.u64(), span() - span()});
    return made;
  }
  std::vector<Attribute> attributes() {
    std::vector<Attribute> made;
    while (random_.below(4) > 0) made.push_back({"x" + word(), coin() ? "" : text()});
    return made;
  }
  Media media() {
    Media made;
    made.type = word();
    made.port = static_cast<std::uint16_t>(random_.u32());
    made.port_count = static_cast<std::uint16_t>(1 + random_.below(3));
    made.protocol = word() + '/' + word();
    do {
      made.formats.push_back(word());
    } while (coin());
    if (coin()) made.information = text();
    if (coin()) {
      made.connection = connection();
      while (coin()) made.layers.push_back(connection());
    }
    made.bandwidths = bandwidths();
    made.attributes = attributes();
    if (coin()) made.direction = direction();
    return made;
  }

  SeededRandom random_;
};

TEST(RoundTrip, GeneratedDescriptionsComeBackFromTheirText) {
  DescriptionMaker make(17);
  for (int i = 0; i < 500; ++i) {
    const SessionDescription made = make.description();
    const std::string text = write(made);
    const auto read = parse(text);
    ASSERT_TRUE(read) << text << read.error().detail;
    ASSERT_TRUE(*read == made) << text << write(*read);
  }
}

TEST(RoundTrip, EveryBeginningOfAGeneratedDescriptionEndsInAVerdict) {
  DescriptionMaker make(18);
  for (int i = 0; i < 10; ++i) {
    const std::string text = write(make.description());
    for (std::size_t size = 0; size < text.size(); ++size) expect_verdict(text.substr(0, size));
  }
}

}  // namespace
}  // namespace godwit::sdp
