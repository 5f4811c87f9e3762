// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Marks what the shared library exports; everything else has hidden visibility.
#define GODWIT_EXPORT __attribute__((visibility("default")))
