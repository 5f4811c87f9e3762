// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lab/attachment.h"
#include "lab/child_process.h"
#include "lab/net_namespace.h"

namespace godwit::lab {

/// A NAT64 at the router (tayga), which gives an IPv6 address of A's one of IPv4, and shows the addresses of IPv4
/// under `kNat64Prefix`. By IPv6 itself A reaches nothing but the name server.
class Nat64 {
 public:
  /// @param inside  A's attachment of IPv6, with the `outside` of IPv4 that it gets
  /// @param folder  for tayga's files
  [[nodiscard]] static Result<Nat64> start(const NetNamespace& router, const Attachment& inside,
                                           const std::string& folder);

 private:
  explicit Nat64(ChildProcess process) : process_(std::move(process)) {}

  ChildProcess process_;
};

inline constexpr const char* kNat64Prefix = "2001:db8:64::";  // a /96
inline constexpr const char* kNat64Network = "10.64.0.1";     // a /24, of the addresses that it gives

}  // namespace godwit::lab
