// SPDX-License-Identifier: Apache-2.0
#include "io/send_error.h"

#include <sys/socket.h>

#include "io/file_descriptor.h"
#include "io/sockaddr.h"

namespace godwit::io {
namespace {

bool still_ours(const net::IpAddress& source) {
  const FileDescriptor fd(::socket(system_family(source.family()), SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const SystemAddress address = to_system({source, 0});
  return fd && ::bind(fd.get(), address.get(), address.size) == 0;
}

}  // namespace

SendVerdict judge_send_error(std::error_code error, const net::IpAddress& from) {
  switch (static_cast<std::errc>(error.value())) {
    case std::errc::resource_unavailable_try_again:
    case std::errc::no_buffer_space:
    case std::errc::not_enough_memory:
    case std::errc::operation_not_permitted:
      return SendVerdict::lost;
    case std::errc::connection_refused:
    case std::errc::message_size:
      return SendVerdict::unreachable;
    case std::errc::address_not_available:
    case std::errc::bad_file_descriptor:
    case std::errc::not_a_socket:
    case std::errc::broken_pipe:
    case std::errc::no_such_device:
    case std::errc::no_such_device_or_address:
      return SendVerdict::dead_socket;
    default:
      // The kernel's words for a source address that is gone (EINVAL, ENETUNREACH) are also those
      // for a destination that makes no sense: a peer must not be able to make us give up a good
      // socket.
      return still_ours(from) ? SendVerdict::unreachable : SendVerdict::dead_socket;
  }
}

}  // namespace godwit::io
