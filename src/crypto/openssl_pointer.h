// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

namespace godwit::crypto {

template <auto kFree>
struct OpenSslFree {
  template <class T>
  void operator()(T* object) const {
    kFree(object);
  }
};
/// Owns an object of OpenSSL, which `kFree` zeros where it is secret, and frees.
template <class T, auto kFree>
using OpenSslPointer = std::unique_ptr<T, OpenSslFree<kFree>>;

}  // namespace godwit::crypto
