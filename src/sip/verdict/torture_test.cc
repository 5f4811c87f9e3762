// SPDX-License-Identifier: Apache-2.0
// The verdict on every message of RFC 4475 and RFC 5118, and on our own with the same traps.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "sip/message/message.h"
#include "sip/verdict/canonical.h"
#include "sip/verdict/verdict.h"
#include "support/long_run.h"

namespace godwit::sip {
namespace {

namespace fs = std::filesystem;

const fs::path kOurs = fs::path(GODWIT_SOURCE_DIR) / "tests/data/torture";
const fs::path kShared = fs::path(GODWIT_SOURCE_DIR) / "../shared/data/torture";

/// A line of tests/data/torture/README.md.
struct Expected {
  fs::path file;
  std::string section, kind, valid, answer, error_in, warned, why;
};

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream in(line);
  for (std::string cell; std::getline(in, cell, '|');) {
    const auto first = cell.find_first_not_of(' ');
    const auto last = cell.find_last_not_of(' ');
    cells.push_back(first == std::string::npos ? "" : cell.substr(first, last - first + 1));
  }
  return cells;
}

std::vector<Expected> read_table() {
  std::vector<Expected> table;
  std::ifstream in(kOurs / "README.md");
  for (std::string line; std::getline(in, line);) {
    const auto cells = cells_of(line);
    if (cells.size() != 9 || cells[2].rfind("RFC ", 0) != 0) continue;
    const bool shared = cells[1].rfind("rfc4475/", 0) == 0 || cells[1].rfind("rfc5118/", 0) == 0;
    table.push_back({(shared ? kShared : kOurs) / cells[1], cells[2], cells[3], cells[4], cells[5],
                     cells[6], cells[7], cells[8]});
  }
  return table;
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string describe(const Verdict& verdict) {
  std::string text;
  if (verdict.error) {
    text += verdict.error->field + ": " + verdict.error->fault.what + " at byte " +
            std::to_string(verdict.error->fault.at) + "; ";
  }
  text += "answer: " + verdict.answer.reason;
  for (const Remark& remark : verdict.warnings) {
    text +=
        "; warning: " + remark.field + ": " + remark.text + " at byte " + std::to_string(remark.at);
  }
  return text;
}

std::string to_text(Verdict::Kind kind) {
  switch (kind) {
    case Verdict::Kind::request:
      return "request";
    case Verdict::Kind::response:
      return "response";
    case Verdict::Kind::neither:
      break;
  }
  return "neither";
}

class Torture : public ::testing::TestWithParam<Expected> {};

TEST_P(Torture, HasItsVerdict) {
  const Expected& expected = GetParam();
  if (!fs::exists(expected.file.parent_path())) {
    GTEST_SKIP() << expected.file.parent_path() << " is not there: the RFCs' messages are not part "
                 << "of the project";
  }
  const std::string bytes = read_file(expected.file);
  ASSERT_FALSE(bytes.empty()) << expected.file;
  const Verdict verdict = judge(bytes);
  SCOPED_TRACE(expected.section + " " + expected.why + "\n" + describe(verdict));

  EXPECT_EQ(verdict.valid ? "yes" : "no", expected.valid);
  EXPECT_EQ(to_text(verdict.kind), expected.kind);
  const auto status = verdict.answer.status;
  EXPECT_EQ(status ? std::to_string(*status) : "none", expected.answer);
  EXPECT_EQ(verdict.error ? verdict.error->field : "-", expected.error_in);
  if (expected.warned != "-") {
    EXPECT_EQ(verdict.warnings.empty() ? "no" : "yes", expected.warned);
  }
  EXPECT_FALSE(verdict.answer.reason.empty());
  EXPECT_LE(verdict.error ? verdict.error->fault.at : 0, bytes.size());
}

INSTANTIATE_TEST_SUITE_P(Messages, Torture, ::testing::ValuesIn(read_table()),
                         [](const ::testing::TestParamInfo<Expected>& tested) {
                           auto name = tested.param.file.parent_path().filename().string() + "_" +
                                       tested.param.file.stem().string();
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(TortureTable, NamesEachMessageOnce) {
  const auto table = read_table();
  EXPECT_EQ(table.size(), 2U * (49 + 12));
  for (const auto& folder : {kOurs, kShared / "rfc4475", kShared / "rfc5118"}) {
    if (!fs::exists(folder)) continue;
    for (const auto& entry : fs::directory_iterator(folder)) {
      const auto& path = entry.path();
      if (path.filename() == "README.md") continue;
      const auto same = [&](const Expected& line) { return line.file == path; };
      EXPECT_EQ(std::count_if(table.begin(), table.end(), same), 1) << path;
    }
  }
}

std::vector<fs::path> files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  if (!fs::exists(folder)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.path().extension() != ".md") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> all_messages() {
  std::vector<std::string> messages;
  for (const auto& folder : {kOurs, fs::path(GODWIT_SOURCE_DIR) / "tests/data/messages",
                             kShared / "rfc4475", kShared / "rfc5118"}) {
    for (const auto& file : files_below(folder)) messages.push_back(read_file(file));
  }
  return messages;
}

// --- What is valid can be written back.

TEST(CanonicalForms, OfValidMessagesAreValidAndGetTheSameAnswer) {
  for (const std::string& message : all_messages()) {
    const Verdict verdict = judge(message);
    if (!verdict.valid) continue;
    const std::string once = canonical_form(parse_message(message).value());
    const Verdict again = judge(once);
    SCOPED_TRACE(describe(again) + "\n" + once);
    EXPECT_TRUE(again.valid);
    EXPECT_EQ(again.answer, verdict.answer);
    EXPECT_EQ(again.method, verdict.method);
    EXPECT_EQ(again.status, verdict.status);
    EXPECT_LE(again.warnings.size(), verdict.warnings.size());
    const auto read_again = parse_message(once);
    EXPECT_EQ(read_again ? canonical_form(*read_again) : "", once);
  }
}

// --- Whatever is done to a message, it gets a verdict.

/// What every verdict must be true to. The bytes are handed over in a block of their exact size, so
/// that a sanitizer sees a look beyond the end.
void expect_a_verdict(const std::string& bytes) {
  std::string exact(bytes);
  exact.shrink_to_fit();
  const Verdict verdict = judge(std::move(exact));
  const bool sound =
      verdict.valid == !verdict.error && !verdict.answer.reason.empty() &&
      (!verdict.error || (verdict.error->fault.at <= bytes.size() &&
                          !verdict.error->field.empty() && *verdict.error->fault.what != '\0')) &&
      (verdict.kind == Verdict::Kind::request || !verdict.answer.status) &&
      (!verdict.valid || verdict.kind != Verdict::Kind::neither) &&
      (verdict.valid || !verdict.answer.status || *verdict.answer.status >= 400) &&
      std::all_of(verdict.warnings.begin(), verdict.warnings.end(),
                  [&](const Remark& remark) { return remark.at <= bytes.size(); });
  if (!sound) ADD_FAILURE() << describe(verdict) << "\n" << bytes;
}

TEST(Verdicts, EveryTruncationOfEveryMessageEndsInOne) {
  for (const std::string& message : all_messages()) {
    for (std::size_t size = 0; size < message.size(); ++size) {
      expect_a_verdict(message.substr(0, size));
    }
  }
}

// The bytes that mean something at every place; in the long run, once, all 256.
std::string bytes_to_try() {
  static bool tried_all = false;
  if (!test::in_long_run() || std::exchange(tried_all, true)) {
    return {"\0\r\n\"<>;:@%\x80\xff", 12};
  }
  std::string all(256, '\0');
  std::iota(all.begin(), all.end(), '\0');
  return all;
}

TEST(Verdicts, EverySingleByteChangeOfEveryMessageEndsInOne) {
  const auto bytes = bytes_to_try();
  for (const std::string& message : all_messages()) {
    std::string changed = message;
    for (std::size_t at = 0; at < message.size(); ++at) {
      for (const char byte : bytes) {
        changed[at] = byte;
        expect_a_verdict(changed);
      }
      changed[at] = message[at];
    }
  }
}

TEST(Verdicts, EveryByteAtEveryPlaceOfAShortMessageEndsInOne) {
  const std::string message = read_file(kOurs / "three_colons.sip");
  std::string changed = message;
  for (std::size_t at = 0; at < message.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      changed[at] = static_cast<char>(byte);
      expect_a_verdict(changed);
    }
    changed[at] = message[at];
  }
}

}  // namespace
}  // namespace godwit::sip
