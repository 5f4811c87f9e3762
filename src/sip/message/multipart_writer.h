// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"

namespace godwit::sip {

/// A part to be written: header fields in order, and any bytes.
struct OutgoingPart {
  struct Field {
    std::string name;  // a token
    std::string value;
  };
  std::vector<Field> fields;  // Content-Type, Content-Disposition, Content-ID, …
  std::string body;
};

/// What goes into a message with `Message::set_body`.
struct MultipartBody {
  std::string content_type;
  std::string body;
};

/// Writes a body of at least one part. Its boundary, made of 128 random bits, occurs in no part.
///
/// @param content_type  "multipart/mixed", perhaps with parameters, but without a boundary.
[[nodiscard]] MultipartBody write_multipart(std::string_view content_type,
                                            std::span<const OutgoingPart> parts, Random& random);

}  // namespace godwit::sip
