// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "reading.h"

namespace bench {

/// One library, as its loop uses it. Nothing may be kept from one call to the next.
struct Parser {
  std::string name;
  std::string version;

  /// Parses one message, reads what `Value` lists, gives everything back. The SDP body, when there
  /// is one, is parsed and read too. False when the library refuses any of it.
  bool (*parse)(std::string_view bytes, Readings& readings);

  // Writing: of what a library has made of a message, the bytes again, its SDP body with its own
  // SDP writer. A library that cannot has nullptr here.

  /// A parsed message that stays; nullptr when refused.
  void* (*keep)(std::string_view bytes) = nullptr;
  /// Writes it, into `copy` as well when that is asked for. False on failure.
  bool (*write)(void* kept, std::string* copy) = nullptr;
  void (*release)(void* kept) = nullptr;
};

/// The program of every loop:
///
///   LOOP check FILE          is every message accepted, what was read, does what is written read
///   the same? LOOP parse FILE SECONDS  messages per second LOOP write FILE SECONDS LOOP
///   count-parse FILE    allocations; with libcounting_heap.so preloaded LOOP count-write FILE
///
/// Prints one JSON object. Returns the exit code: 1 when a message is refused, 2 for bad usage.
int run_loop(const Parser& parser, int argc, char** argv);

}  // namespace bench
