// SPDX-License-Identifier: Apache-2.0
#include "sip/locate/srv_order.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>

#include "base/limits.h"

namespace godwit::sip {
namespace {

using Iterator = std::vector<net::SrvRecord>::iterator;

void shuffle(Iterator first, Iterator last, Random& random) {
  for (auto left = last - first; left > 1; --left) {
    std::iter_swap(first + (left - 1), first + static_cast<std::ptrdiff_t>(
                                                   random.below(static_cast<std::uint64_t>(left))));
  }
}

// RFC 2782: "Select a uniform random number between 0 and the sum computed (inclusive), and select
// the RR whose running sum value is the first in the selected order which is greater than or equal
// to the random number selected." Zero is only drawn when a record of weight 0 is there to be given
// its very small chance; otherwise it would go to the first of the others.
Iterator draw(Iterator first, Iterator last, Random& random) {
  const auto sum = std::accumulate(
      first, last, std::uint64_t{0},
      [](std::uint64_t all, const net::SrvRecord& record) { return all + record.weight; });
  if (sum == 0) return first;
  const bool has_zero = first->weight == 0;
  const std::uint64_t drawn = has_zero ? random.below(sum + 1) : 1 + random.below(sum);
  std::uint64_t running = 0;
  return std::find_if(first, last, [&](const net::SrvRecord& record) {
    running += record.weight;
    return running >= drawn;
  });
}

// Records of one priority. Those of weight 0 stand first before each draw.
void order_by_weight(Iterator first, Iterator last, Random& random) {
  shuffle(first, last, random);
  std::stable_partition(first, last, [](const auto& record) { return record.weight == 0; });
  for (; last - first > 1; ++first) {
    const auto chosen = draw(first, last, random);
    std::rotate(first, chosen, chosen + 1);
  }
}

}  // namespace

std::vector<net::SrvRecord> order_services(std::vector<net::SrvRecord> services, Random& random) {
  std::erase_if(services, [](const net::SrvRecord& record) { return record.target.empty(); });
  std::sort(services.begin(), services.end());
  for (auto first = services.begin(); first != services.end();) {
    const auto last = std::find_if(first, services.end(), [&](const net::SrvRecord& record) {
      return record.priority != first->priority;
    });
    order_by_weight(first, last, random);
    first = last;
  }
  if (services.size() > limits::kTargets) services.resize(limits::kTargets);
  return services;
}

}  // namespace godwit::sip
