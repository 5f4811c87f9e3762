// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "base/random.h"
#include "net/dns_record.h"

namespace godwit::sip {

/// The records of one service in the order in which they are to be contacted (RFC 2782): by
/// priority, then drawn by weight. At most `limits::kTargets` of them, and none that says that the
/// service is not there.
[[nodiscard]] std::vector<net::SrvRecord> order_services(std::vector<net::SrvRecord> services,
                                                         Random& random);

}  // namespace godwit::sip
