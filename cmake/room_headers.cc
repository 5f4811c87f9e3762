// SPDX-License-Identifier: Apache-2.0
// What the precompiled headers of all rooms belong to.
