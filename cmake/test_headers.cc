// SPDX-License-Identifier: Apache-2.0
// The program that the precompiled headers of all test programs belong to.
int main() {}
