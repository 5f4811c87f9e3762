// SPDX-License-Identifier: Apache-2.0
#pragma once

/// The whole public API.
#include "godwit/account.h"
#include "godwit/call.h"
#include "godwit/error.h"
#include "godwit/event.h"
#include "godwit/call_quality.h"
#include "godwit/handover_report.h"
#include "godwit/ids.h"
#include "godwit/log.h"
#include "godwit/options.h"
#include "godwit/time.h"
#include "godwit/user_agent.h"
#include "godwit/version.h"
