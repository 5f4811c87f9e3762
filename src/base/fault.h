// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>
#include <tl/expected.hpp>

namespace godwit {

/// What is wrong with a text, and where: the scanners' error, made without allocating.
struct Fault {
  const char* what = "";
  std::size_t at = 0;  // byte offset in the scanned text

  bool operator==(const Fault& other) const {
    return std::string_view(what) == other.what && at == other.at;
  }
};
template <class T>
using Scanned = tl::expected<T, Fault>;

inline tl::unexpected<Fault> fault(const char* what, std::size_t at) {
  return tl::unexpected<Fault>(Fault{what, at});
}
/// The fault of a part as a fault of the whole, in which the part begins at `offset`.
inline tl::unexpected<Fault> shifted(Fault inner, std::size_t offset) {
  return fault(inner.what, inner.at + offset);
}

}  // namespace godwit
