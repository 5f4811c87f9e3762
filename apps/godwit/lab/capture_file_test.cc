// SPDX-License-Identifier: Apache-2.0
#include "lab/capture_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace godwit::lab {
namespace {

class CaptureFile : public ::testing::Test {
 protected:
  ~CaptureFile() override { std::filesystem::remove(path_); }
  std::string path_ =
      (std::filesystem::temp_directory_path() / ("godwit-capture-test-" + std::to_string(::getpid())))
          .string();
};

TEST_F(CaptureFile, ReadsBackWhatItWrote) {
  const std::vector<CapturedPacket> packets = {
      {1'700'000'000'123'456'789, 3, 0x0800, 65534, PacketWay::sent, {1, 2, 3}},
      {1'700'000'000'123'456'790, 4, 0x86dd, 1, PacketWay::to_us, {}},
  };
  ASSERT_TRUE(write_capture(path_, packets));
  EXPECT_EQ(read_capture(path_), packets);
}

TEST_F(CaptureFile, NotesAndKeysStandBetweenThePackets) {
  const std::vector<CapturedPacket> packets = {
      {1'000, 3, 0x0800, 65534, PacketWay::sent, {1, 2, 3}},
      {2'000, 3, 0x0800, 65534, PacketWay::sent, {4}},
  };
  ASSERT_TRUE(write_capture(
      path_, packets,
      {.notes = {{9'000, "later than all"}, {1'500, "the second"}}, .tls_keys = "CLIENT_RANDOM a b\n"}));
  EXPECT_EQ(read_capture(path_), packets);
  std::ifstream in(path_, std::ios::binary);
  const std::string file{std::istreambuf_iterator<char>(in), {}};
  const auto at = [&](const char* text) { return file.find(text); };
  EXPECT_LT(at("CLIENT_RANDOM a b"), at("\1\2\3"));
  EXPECT_LT(at("\1\2\3"), at("the second"));
  EXPECT_LT(at("the second"), at("later than all"));
  EXPECT_NE(at("later than all"), std::string::npos);
}

TEST_F(CaptureFile, RefusesAFileCutShort) {
  ASSERT_TRUE(write_capture(path_, {{1, 3, 0x0800, 65534, PacketWay::sent, {1, 2, 3}}}));
  std::filesystem::resize_file(path_, std::filesystem::file_size(path_) - 1);
  EXPECT_FALSE(read_capture(path_));
}

TEST_F(CaptureFile, RefusesAnotherKindOfFile) {
  std::ofstream(path_) << "not a capture, but long enough to hold a file header";
  EXPECT_FALSE(read_capture(path_));
}

}  // namespace
}  // namespace godwit::lab
