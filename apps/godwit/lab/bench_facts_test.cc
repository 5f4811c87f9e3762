// SPDX-License-Identifier: Apache-2.0
#include "lab/bench_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "godwit/version.h"

namespace godwit::lab {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

TEST(BenchFacts, ReadTheVersionThatAProgramPrints) {
  EXPECT_EQ(version_in("version: kamailio 5.6.3 (x86_64/linux)"), "5.6.3");
  EXPECT_EQ(version_in("baresip v1.0.0 Copyright (C) 2010 - 2020"), "1.0.0");
  EXPECT_EQ(version_in("no number"), "unknown");
}

TEST(BenchFacts, NameTheMachineTheMomentAndThisVersion) {
  EXPECT_THAT(describe_machine(), HasSubstr("GiB, Linux"));
  EXPECT_THAT(describe_now(), MatchesRegex("20[0-9-]+ [0-9:]+ UTC"));
  EXPECT_EQ(describe_versions()["godwit"], GODWIT_VERSION);
}

}  // namespace
}  // namespace godwit::lab
