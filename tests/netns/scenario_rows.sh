# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# One row for each scenario: what the program has to end with and to tell of (see scenarios.sh).
up='call\.answered;call\.ended.*"who":"local"'

# Answers and refusals.
row uas/answers 0 "!call.ringing;$up"
row uas/busy 3 '!call.answered;call\.ended.*"who":"peer","status":486'
row uas/declines 3 '!call.answered;call\.ended.*"status":603'
row uas/not_found 3 '!call.answered;call\.ended.*"who":"server","status":404'
row uas/unavailable 3 '!call.answered;call\.ended.*"status":480'
row uas/server_timeout 3 '!call.answered;call\.ended.*"status":408'
row uas/overloaded 3 '!call.answered;call\.ended.*"who":"server","status":503'
row uas/gone 3 '!call.answered;call\.ended.*"status":410'
row uas/refuses_in_many_words 3 '!call.answered;call\.ended.*"status":486'
row uas/unknown_status 3 '!call.answered;call\.ended.*"status":499'
row uas/server_error 3 '!call.answered;call\.ended.*"status":500'
row uas/rings_then_answers 0 "\"status\":180;\"status\":181;\"status\":182;\"status\":180;$up"
row uas/rings_without_contact 0 "\"status\":180;$up"
row uas/progress_without_session 0 "\"status\":183;$up"
row uas/early_media 0 "\"status\":183;$up"
row uas/answers_at_the_second_try 0 "$up"
row uas/repeats_its_answer 0 "$up"

# Credentials.
row uas/asks_who_calls 0 "$up"
row uas/proxy_asks_who_calls 0 "$up"
row uas/asks_with_sha256 0 "$up"
row uas/asks_in_an_unknown_way 0 "$up"
row uas/asks_without_qop 0 "$up"
row uas/returns_opaque 0 "$up"
row uas/nonce_gets_old 0 "$up"
row uas/password_is_wrong 7 '!call.answered;call\.ended.*"status":401'
row uas/proxy_and_server_ask 0 "$up"
row uas/two_proxies_ask 0 "$up"
row uas/asks_who_hangs_up 0 "$up"

# CANCEL.
row uas/rings_until_cancelled 4 '"status":180;!call.answered;call\.ended.*"who":"timeout"' --timeout 1
row uas/is_silent_when_cancelled 4 '!call.answered;call\.ended.*"who":"timeout"' --timeout 1
row uas/answers_the_cancelled 4 '!call.answered;call\.ended.*"who":"timeout"' --timeout 1
row uas/knows_no_cancel 4 '!call.answered;call\.ended.*"who":"timeout"' --timeout 1

# Forks.
row uas/two_answer 0 "$up"
row uas/two_ring_one_answers 0 "\"status\":180;\"status\":180;$up"
row uas/answers_from_elsewhere 0 "\"status\":183;$up"

# Routes, forms of messages.
row uas/two_hops 0 "$up"
row uas/strict_router 0 "$up"
row uas/contact_with_everything 0 "$up"
row uas/speaks_briefly 0 "$up"
row uas/folds_its_lines 0 "$up"
row uas/answer_to_another_branch 0 "$up"
row uas/answer_to_another_method 0 "$up"
row uas/answer_without_tag 0 "$up"

# What is answered.
row uas/answers_in_alaw 0 "\"codec\":\"PCMA/8000\";call.ended"
row uas/answers_without_rtpmap 0 "$up"
row uas/answers_on_media_level 0 "$up"
row uas/answers_on_hold 0 "$up"
row uas/answers_inactive 0 "$up"
row uas/answers_with_nothing 1 '!call.answered;call\.ended.*"who":"local","status":488'
row uas/answers_with_no_sound 1 '!call.answered;call\.ended.*"who":"local","status":488'
row uas/answers_in_another_codec 1 '!call.answered;call\.ended.*"who":"local","status":488'
row uas/answers_in_garbage 1 '!call.answered;call\.ended.*"who":"local","status":488'
row uas/answers_in_parts 0 "$up"
row uas/answers_without_contact 3 '!call.answered;call\.ended'

row uac/calls 0 'call\.incoming;call\.answered;call\.ended' --once
