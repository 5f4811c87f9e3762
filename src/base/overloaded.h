// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace godwit {

/// A visitor made of lambdas: `std::visit(overloaded{[](A&) {…}, [](B&) {…}}, variant)`.
template <class... Ts>
struct overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
overloaded(Ts...) -> overloaded<Ts...>;

}  // namespace godwit
