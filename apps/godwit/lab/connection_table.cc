// SPDX-License-Identifier: Apache-2.0
#include "lab/connection_table.h"

#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include "lab/system_error.h"
#include "lab/unique_fd.h"

namespace godwit::lab {
namespace {

struct FlushRequest {
  nlmsghdr head;
  nfgenmsg what;
};

}  // namespace

// A request to delete that names no connection means all of them.
Result<void> forget_connections() {
  UniqueFd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER));
  if (!fd.valid()) return system_failure("open a netfilter socket");
  FlushRequest request{};
  request.head.nlmsg_len = sizeof request;
  request.head.nlmsg_type = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_DELETE;
  request.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
  request.what.nfgen_family = AF_UNSPEC;
  request.what.version = NFNETLINK_V0;
  if (::send(fd.get(), &request, sizeof request, 0) < 0) {
    return system_failure("forget connections");
  }
  struct {
    nlmsghdr head;
    nlmsgerr error;
  } answer{};
  if (::recv(fd.get(), &answer, sizeof answer, 0) < 0) return system_failure("netfilter answer");
  if (answer.head.nlmsg_type == NLMSG_ERROR && answer.error.error != 0) {
    return system_failure("forget connections", -answer.error.error);
  }
  return {};
}

}  // namespace godwit::lab
