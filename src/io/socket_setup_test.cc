// SPDX-License-Identifier: Apache-2.0
#include "io/socket_setup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>

#include "io/file_descriptor.h"
#include "io/sockaddr.h"

namespace godwit::io {
namespace {

int option(int fd, int level, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  EXPECT_EQ(::getsockopt(fd, level, name, &value, &size), 0);
  return value;
}

std::string interface_of(int fd) {
  std::array<char, IF_NAMESIZE> name{};
  socklen_t size = name.size();
  EXPECT_EQ(::getsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name.data(), &size), 0);
  return name.data();
}

class SocketSetupTest : public ::testing::TestWithParam<net::Family> {
 protected:
  void SetUp() override {
    if (!fd_) GTEST_SKIP() << "no sockets of this family";
  }
  [[nodiscard]] int mark(int fd) const {
    return GetParam() == net::Family::v4 ? option(fd, IPPROTO_IP, IP_TOS)
                                         : option(fd, IPPROTO_IPV6, IPV6_TCLASS);
  }

  FileDescriptor fd_{::socket(system_family(GetParam()), SOCK_DGRAM | SOCK_CLOEXEC, 0)};
};

INSTANTIATE_TEST_SUITE_P(Families, SocketSetupTest,
                         ::testing::Values(net::Family::v4, net::Family::v6));

TEST_P(SocketSetupTest, F34_HookSeesTheDescriptorAndWhatItIsFor) {
  std::vector<std::pair<int, SocketUse>> shown;
  const auto hook = [&](int fd, SocketUse use) { shown.emplace_back(fd, use); };
  EXPECT_TRUE(set_up(fd_.get(), {SocketUse::dns, {}, hook}));
  EXPECT_THAT(shown, ::testing::ElementsAre(std::pair(fd_.get(), SocketUse::dns)));
}

TEST_P(SocketSetupTest, CodePointIsInThePacketsOfBothFamilies) {
  EXPECT_TRUE(set_up(fd_.get(), {SocketUse::media, {{}, kExpeditedForwarding}, {}}));
  EXPECT_EQ(mark(fd_.get()), 0xb8);
}

TEST_P(SocketSetupTest, HookHasTheLastWord) {
  int seen = 0;
  const auto hook = [&](int fd, SocketUse) { seen = mark(fd); };
  EXPECT_TRUE(set_up(fd_.get(), {SocketUse::sip_udp, {{}, 26}, hook}));
  EXPECT_EQ(seen, 26 << 2);
}

TEST_P(SocketSetupTest, SocketIsBoundToTheInterface) {
  const auto done = set_up(fd_.get(), {SocketUse::sip_udp, {"lo", 0}, {}});
  ASSERT_TRUE(done) << done.error().detail;
  EXPECT_EQ(interface_of(fd_.get()), "lo");
}

TEST_P(SocketSetupTest, InterfaceThatIsNotThereIsNamed) {
  const auto done = set_up(fd_.get(), {SocketUse::sip_udp, {"gone0", 0}, {}});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, std::errc::no_such_device);
  EXPECT_THAT(done.error().detail, ::testing::HasSubstr("gone0"));
}

TEST_P(SocketSetupTest, NothingIsChangedWhenNothingIsWanted) {
  EXPECT_TRUE(set_up(fd_.get(), {}));
  EXPECT_EQ(mark(fd_.get()), 0);
  EXPECT_EQ(interface_of(fd_.get()), "");
}

}  // namespace
}  // namespace godwit::io
