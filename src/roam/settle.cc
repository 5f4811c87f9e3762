// SPDX-License-Identifier: Apache-2.0
#include "roam/settle.h"

#include <algorithm>

namespace godwit::roam {

Settle::Decision Settle::on_snapshot(Urgency urgency, TimePoint now) {
  switch (urgency) {
    case Urgency::urgent:
      first_.reset();
      deadline_.reset();
      return Decision::act;
    case Urgency::calm:
      if (!first_) first_ = now;
      deadline_ = std::min(now + policy_.quiet, *first_ + policy_.longest);
      break;
    case Urgency::nothing:
      break;  // not a change: what is waited for goes on being waited for
  }
  return on_timeout(now);
}

Settle::Decision Settle::on_timeout(TimePoint now) {
  if (!deadline_ || now < *deadline_) return Decision::wait;
  first_.reset();
  deadline_.reset();
  return Decision::act;
}

}  // namespace godwit::roam
