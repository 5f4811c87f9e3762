// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "sip/transport/io_action.h"

namespace godwit::test {

/// What a flow is to send.
inline sip::Bytes bytes_of(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

}  // namespace godwit::test
