// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace godwit::cli {

/// Is this descriptor a terminal, and are we the ones who may read it? Not so in the background.
[[nodiscard]] bool is_our_terminal(int descriptor);

/// Takes keys as they are pressed, without echo. The terminal is as it was afterwards, however the
/// program ends: by the end of the scope, by a fault, by a signal, by Ctrl-Z. At most one at a
/// time.
class KeyboardMode {
 public:
  explicit KeyboardMode(int descriptor);
  ~KeyboardMode();
  KeyboardMode(const KeyboardMode&) = delete;
  KeyboardMode& operator=(const KeyboardMode&) = delete;
};

/// Puts the terminal back as it was before a `KeyboardMode` that still lasts; for ends that run no
/// destructors. Safe in signal handlers.
void restore_terminal() noexcept;

}  // namespace godwit::cli
