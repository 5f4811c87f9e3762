// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "ua/identity.h"
#include "ua/registrar_choice.h"
#include "ua/registration.h"

namespace godwit::ua {

/// What an account that has several registrars knows of each, by its place among them.
struct Registrars {
  explicit Registrars(std::size_t count) : choice(count), known(count) {}

  struct Known {
    /// Of a registrar that is not the present one, once it was: nothing drives it. Null: it never was.
    std::unique_ptr<Registration> parked;
    std::vector<Registration::Left> left;  ///< of flows that stood ready
    Identity::Gruus gruus;
  };
  RegistrarChoice choice;
  std::vector<Known> known;
  std::size_t present = 0;  ///< whom the identity names
};

}  // namespace godwit::ua
