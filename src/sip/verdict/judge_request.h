// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sip/message/message.h"
#include "sip/verdict/abilities.h"
#include "sip/verdict/answer.h"
#include "sip/verdict/examine.h"

namespace godwit::sip {

/// What a user agent that has no dialog and no transaction answers to a request, by RFC 3261 §8.2
/// in the order of docs/verdicts.md. 200 stands for "nothing is wrong": what the call makes of it
/// is another matter.
///
/// A response gets no answer. Where a fault leaves no way to answer, or in reply to an ACK, there
/// is none either.
[[nodiscard]] Answer judge_request(const ReadMessage& read, const Abilities& abilities);

/// The same when the message has been examined before.
[[nodiscard]] Answer judge_request(const Message& request, const Findings& findings,
                                   const Abilities& abilities);

}  // namespace godwit::sip
