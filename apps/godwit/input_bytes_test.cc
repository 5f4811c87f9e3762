// SPDX-License-Identifier: Apache-2.0
#include "input_bytes.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>

namespace godwit::cli {
namespace {

using ::testing::HasSubstr;

TEST(InputBytes, GivesEveryByteOfAFile) {
  const std::string path = ::testing::TempDir() + "input_bytes_" + std::to_string(::getpid());
  const std::string bytes = std::string("a\0\r\n\xff", 5) + std::string(200'000, 'b');
  std::ofstream(path, std::ios::binary) << bytes;
  EXPECT_EQ(read_input(path).value(), bytes);
  ::unlink(path.c_str());
}

TEST(InputBytes, SaysWhichFileCannotBeRead) {
  const auto missing = read_input("/nowhere/at-all.sip");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, make_error_code(Errc::invalid_argument));
  EXPECT_THAT(missing.error().detail, HasSubstr("/nowhere/at-all.sip: No such file"));
  EXPECT_FALSE(read_input("/")) << "a directory is no file";
}

}  // namespace
}  // namespace godwit::cli
