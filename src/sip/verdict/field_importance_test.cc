// SPDX-License-Identifier: Apache-2.0
#include "sip/verdict/field_importance.h"

#include <gtest/gtest.h>

namespace godwit::sip {
namespace {

TEST(FieldImportance, WhatOnlyTellsPeopleSomethingMayBeMalformed) {
  EXPECT_TRUE(may_be_malformed(Field::subject));
  EXPECT_TRUE(may_be_malformed(Field::timestamp));
  EXPECT_TRUE(may_be_malformed(Field::diversion));
}

TEST(FieldImportance, WhatAnAnswerDependsOnMayNot) {
  for (const Field field : {Field::via, Field::from, Field::to, Field::cseq, Field::call_id,
                            Field::contact, Field::require, Field::max_forwards, Field::date,
                            Field::content_type, Field::accept, Field::replaces}) {
    EXPECT_FALSE(may_be_malformed(field)) << field_name(field);
  }
}

}  // namespace
}  // namespace godwit::sip
