// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "godwit/error.h"
#include "godwit/options.h"
#include "output.h"

namespace godwit::cli {

/// The instance-id of this user on this device, "urn:uuid:…" (RFC 5626 §4.1), kept in the file `path`,
/// which is made when it is missing, readable by its owner only.
///
/// It is taken for `address_of_record` until the program ends. Two programs with one instance-id would
/// each take the other's place at the registrar, so that the second one gets an empty text.
/// @return `invalid_argument` if the file cannot be made or read, or has something else in it.
[[nodiscard]] Result<std::string> take_instance_id(const std::string& path,
                                                   std::string_view address_of_record);

/// Gives the agent the instance-id of the user where the account may want it. What stands in the way is a
/// warning, and no instance-id is told.
void give_instance_id(const AccountOptions& account, UserAgentOptions& agent, Output& output);

}  // namespace godwit::cli
