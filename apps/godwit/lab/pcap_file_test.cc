// SPDX-License-Identifier: Apache-2.0
#include "lab/pcap_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace godwit::lab {
namespace {

class PcapFile : public ::testing::Test {
 protected:
  ~PcapFile() override { std::filesystem::remove(path_); }
  std::string path_ =
      (std::filesystem::temp_directory_path() / ("godwit-pcap-test-" + std::to_string(::getpid())))
          .string();
};

TEST_F(PcapFile, ReadsBackWhatItWrote) {
  const std::vector<CapturedPacket> packets = {
      {1'700'000'000'123'456'789, 3, 0x0800, 65534, PacketWay::sent, {1, 2, 3}},
      {1'700'000'000'123'456'790, 4, 0x86dd, 1, PacketWay::to_us, {}},
  };
  ASSERT_TRUE(write_pcap(path_, packets));
  EXPECT_EQ(read_pcap(path_), packets);
}

TEST_F(PcapFile, RefusesAFileCutShort) {
  ASSERT_TRUE(write_pcap(path_, {{1, 3, 0x0800, 65534, PacketWay::sent, {1, 2, 3}}}));
  std::filesystem::resize_file(path_, std::filesystem::file_size(path_) - 1);
  EXPECT_FALSE(read_pcap(path_));
}

TEST_F(PcapFile, RefusesAnotherKindOfFile) {
  std::ofstream(path_) << "not a capture, but long enough to hold a file header";
  EXPECT_FALSE(read_pcap(path_));
}

}  // namespace
}  // namespace godwit::lab
