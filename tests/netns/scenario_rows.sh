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

# Credentials. (SIPp finds a field by its long name, which a large request does not have.)
row uas/asks_who_calls 0 "$up" --codecs PCMU --duration 0.3
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

# In the call we made.
peer='call\.answered;call\.ended.*"who":"peer"'
row uas/hangs_up 0 "$peer" --duration 10
row uas/both_hang_up 0 "$up"
row uas/knows_no_dialog 0 "$up"
row uas/never_answers_the_bye 0 "$up"
row uas/holds_and_resumes 0 "$peer" --duration 10
row uas/holds_both_ways 0 "$peer" --duration 10
row uas/holds_the_whole_session 0 "$peer" --duration 10
row uas/holds_the_old_way 0 "$peer" --duration 10
row uas/changes_codec 0 "$peer" --duration 10
row uas/changes_place_of_sound 0 "$peer" --duration 10
row uas/asks_for_an_offer 0 "$peer" --duration 10
row uas/adds_video 0 "$peer" --duration 10
row uas/offers_no_codec_of_ours 0 "$peer" --duration 10
row uas/offers_garbage 0 "$peer" --duration 10
row uas/offers_the_same_again 0 "$peer" --duration 10
row uas/moves 0 "$up" --duration 1
row uas/moves_by_update 0 "$up" --duration 1
row uas/updates 0 "$peer" --duration 10
row uas/updates_without_use 0 "$peer" --duration 10
row uas/asks_what_we_can 0 "$peer" --duration 10
row uas/asks_the_unheard_of 0 "$peer" --duration 10
row uas/requires_the_unheard_of 0 "$peer" --duration 10
row uas/speaks_in_a_foreign_body 0 "$peer" --duration 10
row uas/speaks_in_a_foreign_encoding 0 "$peer" --duration 10
row uas/counts_backwards 0 "$peer" --duration 10
row uas/skips_numbers 0 "$peer" --duration 10
row uas/loses_its_ack 0 "$peer" --duration 10
row uas/stranger_hangs_up 0 "$peer" --duration 10
row uas/hangs_up_with_demands 0 "$peer" --duration 10
row uas/refreshes_often 0 "$peer" --duration 10
row uas/takes_back_a_stream 0 "$peer" --duration 10
row uas/presses_digits 0 'call\.answered;call\.dtmf.*"digit":"1";call\.dtmf.*"digit":"#";call\.ended' --duration 10
row uas/is_heard 0 'call\.answered.*PCMA;call\.media;call\.ended' --duration 10

# In the call that came.
row uac/holds_and_resumes 0 "$peer" --once
row uac/asks_for_an_offer 0 "$peer" --once
row uac/updates 0 "$peer" --once
row uac/counts_backwards 0 "$peer" --once

# Those who call.
row uac/calls 0 "$peer" --once
row uac/is_hung_up_on - "$up" --duration 0.3
row uac/finds_us_busy - '!call.answered;reg.ok' --decline
row uac/waits_then_gives_up - 'call\.incoming;!call.answered;call\.ended' --ring 5
row uac/cancels_too_late 0 "$peer" --once
row uac/cancels_nothing - '!"type":"call;reg.ok'
row uac/hangs_up_while_it_rings - 'call\.incoming;!call.answered;call\.ended' --ring 5
row uac/comes_twice 0 "call\.incoming;$peer" --once --ring 1
row uac/repeats_its_invite 0 "$peer" --once --ring 1
row uac/second_caller - "$peer"
row uac/loses_its_ack 0 "$peer" --once
row uac/asks_for_an_offer_first 0 "$peer" --once
row uac/never_gives_its_answer - "$up"
row uac/calls_nobody - '!"type":"call;reg.ok'
row uac/asks_what_we_can_first - '!"type":"call;reg.ok'
row uac/asks_with_no_hops_left - '!"type":"call;reg.ok'
row uac/invents_a_method - '!"type":"call;reg.ok'
row uac/registers_with_a_phone - '!"type":"call;reg.ok'
row uac/hangs_up_on_nothing - '!"type":"call;reg.ok'
row uac/updates_nothing - '!"type":"call;reg.ok'
row uac/goes_on_with_no_call - '!"type":"call;reg.ok'
row uac/requires_the_unheard_of - '!"type":"call;reg.ok'
row uac/proxy_requires_the_unheard_of 0 "$peer" --once
row uac/speaks_in_a_foreign_body - '!"type":"call;reg.ok'
row uac/speaks_in_a_foreign_encoding - '!"type":"call;reg.ok'
row uac/optional_body - "$up"
row uac/accepts_no_session - '!"type":"call;reg.ok'
row uac/offers_no_codec_of_ours - '!"type":"call;reg.ok'
row uac/offers_no_sound - '!"type":"call;reg.ok'
row uac/offers_secret_sound_only - '!"type":"call;reg.ok' --media-security off
row uac/offers_secret_sound 0 'call\.answered.*SDES AES_CM_128_HMAC_SHA1_80;call\.ended.*"who":"peer"' --once
row uac/offers_secret_and_open_sound 0 "$peer" --once
row uac/offers_much 0 "$peer" --once
row uac/two_sounds 0 "$peer" --once
row uac/renames_the_codec 0 "$peer" --once
row uac/renames_the_digits 0 "$peer" --once
row uac/prefers_alaw 0 "$peer" --once
row uac/wants_no_digits 0 "$peer" --once
row uac/calls_on_hold 0 "$peer" --once
row uac/calls_to_listen 0 "$peer" --once
row uac/calls_inactive 0 "$peer" --once
row uac/wants_longer_packets 0 "$peer" --once
row uac/media_in_the_other_family 0 "$peer" --once
row uac/media_in_the_newer_family 0 "$peer" --once
row uac/media_nowhere - '!"type":"call;reg.ok'
row uac/two_proxies_in_the_path - "$up" --duration 0.3
row uac/strict_router_in_the_path - "$up" --duration 0.3
row uac/passes_proxies 0 "$peer" --once
row uac/asks_for_its_port 0 "$peer" --once
row uac/speaks_briefly 0 "$peer" --once
row uac/folds_its_lines 0 "$peer" --once
row uac/has_an_odd_name 0 "$peer" --once
row uac/has_no_angles 0 "$peer" --once
row uac/calls_from_a_telephone 0 "$peer" --once
row uac/hides_its_name 0 "call\.incoming.*anonymous;$peer" --once
row uac/calls_in_parts 0 "$peer" --once
row uac/tells_much 0 "$peer" --once
row uac/uses_another_scheme - '!"type":"call;reg.ok'
row uac/speaks_another_version - '!"type":"call;reg.ok'
row uac/is_nowhere - '!"type":"call;reg.ok'
row uac/counts_from_the_top 0 "$peer" --once

# Callers of before RFC 3261, and other oddities.
row uac/has_no_tag 0 "$peer" --once
row uac/has_an_old_branch 0 "$peer" --once
row uac/says_no_hops 0 "$peer" --once
row uac/acknowledges_twice 0 "$peer" --once
row uac/asks_before_it_calls 0 "$peer" --once
row uac/names_two_families 0 "$peer" --once
row uac/hangs_up_twice - "$peer"
row uac/offers_again_at_once 0 "$peer" --once

# Sessions that are refreshed.
row uas/wants_longer_sessions 0 "$up"
row uas/refreshes_the_session 0 "$peer" --duration 10
row uas/refreshes_too_fast 0 "$peer" --duration 10
row uac/refreshes_its_session 0 "$peer" --once
row uac/lets_us_refresh 0 "$peer" --once
row uac/proxy_wants_a_timer 0 "$peer" --once
row uac/wants_a_short_session - '!"type":"call;reg.ok'

# Registrars.
row uas/registers_us 0 'reg\.ok.*"expires":111' register --once
row uas/registers_us_among_others 0 'reg\.ok.*"expires":222.*"others":.*192\.0\.2\.1.*"expires":70.*192\.0\.2\.2.*"expires":3000' register --once
row uas/wants_longer_registrations 0 'reg\.ok.*"expires":7200' register --once
row uas/asks_who_registers 0 'reg\.ok' register --once
row uas/forbids_registering 3 '!reg\.ok;reg\.failed.*"status":403' register --once
row uas/lets_us_leave 0 'reg\.ok;reg\.removed' register --unregister
row uas/registers_us_for_less 0 'reg\.ok.*"expires":60' register --once
row uas/grants_by_the_field 0 'reg\.ok.*"expires":77' register --once
row uas/grants_twice_over 0 'reg\.ok.*"expires":88' register --once
row uas/names_no_binding 0 'reg\.ok.*"expires":99.*"others":\[\]' register --once
row uas/tells_nothing_of_bindings 0 'reg\.ok.*"expires":300.*"others":\[\]' register --once
row uas/names_only_others 0 'reg\.ok.*"expires":70.*"others":.*192\.0\.2\.1.*192\.0\.2\.2' register --once
row uas/names_us_twice 0 'reg\.ok.*"expires":90.*"others":\[\]' register --once
row uas/keeps_no_binding 3 '!reg\.ok;reg\.failed.*"status":200.*not kept' register --once
row uas/grants_years - '!reg\.failed.*"who":"[^n];reg\.ok.*"expires":4294967295' register
row uas/grants_two_seconds - '!reg\.failed.*"who":"[^n];reg\.ok.*"expires":2,;reg\.ok.*"expires":300' register '@1300; 200/REGISTER 1; REGISTER 2'
row uas/names_what_no_one_can_read 0 'reg\.ok.*"expires":111' register --once
row uas/lives_in_the_past - '!reg\.failed.*"who":"[^n];reg\.ok.*"expires":300' register
row uas/leads_by_a_service_route 0 'reg\.ok.*"expires":300' register --once
row uas/tells_lies_of_our_address - '!127\.0\.0\.1;!reg\.failed.*"who":"[^n];reg\.ok' register
row uas/counts_registering_wrongly - '!reg\.failed.*"who":"[^n];reg\.ok.*"expires":300' register
row uas/answers_another_method - '!reg\.failed.*"who":"[^n];reg\.ok.*"expires":300' register
row uas/answers_registering_late - '!reg\.failed.*"who":"[^n];reg\.ok.*"expires":300' register
# Registrars that ask who registers.
row uas/registers_by_sha256 0 'reg\.ok' register --once
row uas/registers_by_md5_alone 0 'reg\.ok' register --once
row uas/proxy_asks_who_registers 0 'reg\.ok' register --once
row uas/asks_with_a_stale_nonce - '!reg\.failed.*"who":"[^n];reg\.ok.*"expires":2,;reg\.ok.*"expires":300' register
row uas/finds_every_nonce_stale 7 '!reg\.ok;reg\.failed.*"status":401.*"retry_ms":null' register
row uas/asks_in_ever_new_realms 7 '!reg\.ok;reg\.failed.*"status":401.*"retry_ms":null' register
row uas/challenges_registering_for_ever 7 '!reg\.ok;reg\.failed.*"status":401.*credentials.*"retry_ms":null' register
# Registrars that refuse, for now or for good.
row uas/never_long_enough 3 '!reg\.ok;reg\.failed.*"status":423.*"retry_ms":null' register
row uas/knows_nobody_of_that_name 3 '!reg\.ok;reg\.failed.*"status":404.*"retry_ms":null' register
row uas/registers_elsewhere 0 'reg\.sending.*"status":302.*"registrar":"sip:elsewhere@;reg\.ok.*"expires":120.*"registrar":"sip:elsewhere@' register --once
row uas/registers_elsewhere_in_vain 0 'reg\.sending.*"status":302.*"registrar":"sip:one@;reg\.sending.*"status":500;reg\.ok.*"expires":130' register --once
row uas/registers_in_circles 3 '!reg\.ok;reg\.sending.*"registrar":"sip:one@;"registrar":"sip:another@;reg\.failed.*"status":302.*"retry_ms":null' register
# Where another one comes first that is not there.
row uas/stands_in_for_a_registrar 0 '!reg\.failed;reg\.sending.*"registrar":"sip:.*x=2;reg\.ok.*"expires":111.*"registrar":"sip:.*x=2' register --once --backup-registrar SERVER
row uas/registers_no_such_extension 3 '!reg\.ok;reg\.failed.*"status":420.*"retry_ms":null' register
row uas/lacks_outbound 3 '!reg\.ok;reg\.failed.*"status":439.*"retry_ms":null' register
row uas/lacks_outbound_then_registers - 'reg\.ok.*"public_gruu":"";reg\.ok' register --outbound always
row uas/gives_gruus - 'reg\.ok.*"public_gruu":"sip:alice@example\.org.gr=urn:uuid:1".*"temporary_gruu":"sip:t1@example\.org.gr";reg\.ok.*"temporary_gruu":"sip:t2@example\.org.gr"' register --outbound always
row uas/wants_an_agreement 3 '!reg\.ok;reg\.failed.*"status":494.*"retry_ms":null' register
row uas/does_not_register 3 '!reg\.ok;reg\.failed.*"status":501.*"retry_ms":null' register
row uas/rests_from_registering - 'reg\.ok;reg\.failed.*"status":503.*"retry_ms":3000;reg\.ok.*"expires":300' register '@3000; 503/REGISTER 2; REGISTER 3'
row uas/fails_once_at_registering - 'reg\.ok;reg\.failed.*"status":500.*"retry_ms":1[0-9]{3};reg\.ok.*"expires":300' register '@1000; 500/REGISTER 2; REGISTER 3'
# Which bindings there are.
row uas/is_asked_for_bindings 0 '!reg\.ok;reg\.bindings.*192\.0\.2\.1.*192\.0\.2\.2:5070.*tablet.example.org.*urn:uuid' register --fetch
row uas/forgets_everybody 0 '!reg\.ok;reg\.bindings.*"bindings":\[\]' register --remove-all
row uas/will_not_tell_of_bindings 3 '!reg\.ok;reg\.bindings.*"status":403' register --fetch

# Transfers, and words beside the call.
row uas/transfers_us 0 'call\.answered;call\.transfer\.asked.*carol;call\.answered;"call":1,"who":"peer"' --duration 1
row uas/transfers_us_in_vain 3 'call\.answered;call\.transfer\.asked.*carol;"call":2.*"status":486;"call":1,"who":"peer"' --duration 1
row uas/transfers_us_to_its_place 0 'call\.answered;call\.transfer\.asked.*carol;call\.answered;"call":1,"who":"peer"' --duration 1
row uas/transfers_without_a_word 0 "$peer" --duration 10
row uas/transfers_to_a_telephone 0 "$peer" --duration 10
row uac/takes_anothers_place - 'call\.answered.*carol;call\.incoming.*dave;call\.answered.*dave;call\.replaced;call\.ended;call\.ended.*"who":"peer"' --duration 10
row uac/takes_only_a_ringing_place 0 "$peer" --once
row uac/replaces_nothing - '!"type":"call;reg.ok'
row uac/sends_a_message - 'message\.received.*carol.*Hello'
row uac/sends_a_message_to_nobody - '!message;reg.ok'
row uas/writes_in_the_call 0 'call\.answered;message\.received.*Look here;call\.ended' --duration 10
row uas/presses_digits_by_info 0 'call\.answered;call\.dtmf.*"4";call\.dtmf.*"9";call\.ended' --duration 10
row uas/informs 0 'call\.answered;call\.info.*media_control;call\.ended' --duration 10
row uac/subscribes_to_the_unheard_of - '!"type":"call;reg.ok'
row uac/notifies_without_need - '!"type":"call;reg.ok'
row uac/watches_one_call - 'call\.answered.*carol;call\.ended.*"who":"peer"' --dialog-watchers carol@example.com
row uas/notifies_in_the_call 0 "$peer" --duration 10

# Before the answer.
row uas/rings_reliably 0 "\"status\":180;$up"
row uas/answers_early_and_reliably 0 "\"status\":183.*\"early_media\":true;$up"
row uas/rings_reliably_twice 0 "\"status\":180;\"status\":183;$up"
row uas/leaves_out_a_number 0 "\"status\":180;$up"
row uas/updates_before_it_answers 0 "\"status\":183;$up"
row uas/is_heard_early 0 "\"status\":183.*\"early_media\":true;call\.media;$up"
row uas/sends_us_elsewhere 0 "call\.redirected.*carol;$up"
row uas/sends_us_to_two_places 0 "call\.redirected.*first;call\.redirected.*second;$up"
row uas/sends_us_in_circles 3 '!call.answered;call\.ended.*"status":302'
row uas/sends_us_nowhere 3 '!call.answered;call\.ended.*"status":302'
row uac/wants_reliable_ringing 0 "$peer" --once --ring 0.5
row uac/acknowledges_the_wrong_number 0 "$peer" --once --ring 0.5
row uac/acknowledges_late 0 "$peer" --once --ring 1.5

# Who calls.
row uac/is_vouched_for 0 "call\.incoming.*carol@trusted;$peer" --once
row uas/is_called_by_nobody 0 "$up" --anonymous --duration 0.3
row uac/was_sent_on 0 "call\.incoming.*dave.*About the house;$peer" --once

# Messages and subscriptions of ours.
row uas/gets_a_message 0 'message\.answered.*"status":200' message 'Good morning'
row uas/asks_who_writes 0 'message\.answered.*"status":202' message 'Good morning'
row uas/takes_no_message 3 'message\.answered.*"status":405' message 'Good morning'
row uas/tells_of_messages 0 'subscription\.state.*"active";subscription\.notify.*Messages-Waiting' subscribe message-summary --notifications 1
row uas/tells_nothing 3 'subscription\.state.*"terminated".*"status":489' subscribe message-summary
row uas/wants_longer_subscriptions 0 'subscription\.notify.*Messages-Waiting;subscription\.state.*"active"' subscribe message-summary --notifications 1
row uas/stops_telling 3 'subscription\.notify;subscription\.state.*"active";subscription\.state.*"terminated".*rejected' subscribe message-summary

# What we do, said by commands.
talk=(+'wait call.answered') stay=(+'for 20')
row uas/is_held_by_us 0 'call\.answered;"by_us":true;"by_us":false;call\.ended' "${talk[@]}" +hold +'wait call.hold' +resume +'wait call.hold' +hang_up +'wait call.ended'
row uas/will_not_be_held 0 '!"by_us":true;call\.answered;call\.ended.*"who":"local"' "${talk[@]}" +hold +'for 0.5' +hang_up +'wait call.ended'
row uas/forgets_us 0 'call\.answered;call\.ended.*"who":"peer"' "${talk[@]}" +hold +'wait call.ended'
row uas/asks_who_holds 0 'call\.answered;"by_us":true;call\.ended' "${talk[@]}" +hold +'wait call.hold' +hang_up +'wait call.ended'
row uas/puts_us_off 0 'call\.answered;"by_us":true;call\.ended' "${talk[@]}" +hold +'wait call.hold' +hang_up +'wait call.ended'
row uas/asks_at_the_same_time 0 'call\.answered;"by_us":true;call\.ended' "${talk[@]}" +hold +'wait call.hold' +hang_up +'wait call.ended'
row uas/is_transferred 0 'call\.answered;"status":100,.*"final":false;"status":180,.*"final":false;"status":200,.*"final":true;call\.ended' "${talk[@]}" +'{"do":"transfer","target":"sip:carol@example.org"}' +'wait call.ended'
row uas/is_transferred_in_vain 0 'call\.answered;"status":486,.*"final":true;call\.ended' "${talk[@]}" +'{"do":"transfer","target":"sip:carol@example.org"}' +'wait call.transfer.progress final=true' +hang_up +'wait call.ended'
row uas/will_not_be_transferred 0 'call\.answered;"status":603,.*"final":true;call\.ended' "${talk[@]}" +'{"do":"transfer","target":"sip:carol@example.org"}' +'wait call.transfer.progress' +hang_up +'wait call.ended'
row uas/gets_digits_by_info 0 "$up" "${talk[@]}" +'{"do":"digits","digits":"42","method":"info"}' +'for 1' +hang_up +'wait call.ended'
row uas/is_written_to 0 'call\.answered;message\.answered.*"status":200;call\.ended' "${talk[@]}" +'{"do":"message","text":"Look here"}' +'wait message.answered' +hang_up +'wait call.ended'
row uac/is_sent_elsewhere - 'call\.incoming;!call\.answered;call\.ended' +'wait call.incoming' +'{"do":"redirect","targets":["sip:dave@example.org"]}' +'wait call.ended' "${stay[@]}"
row uac/hears_us_early - 'call\.incoming;call\.answered;call\.ended' +'wait call.incoming' +'{"do":"progress","status":183,"play":"tone:440"}' +'for 0.3' +answer +'wait call.ended' "${stay[@]}"
row uac/is_declined - 'call\.incoming;!call\.answered;call\.ended' +'wait call.incoming' +'{"do":"decline","status":603}' +'wait call.ended' "${stay[@]}"
row uac/is_put_on_hold - 'call\.answered;"by_us":true;"by_us":false;call\.ended' +'wait call.incoming' +answer +'wait call.answered' +hold +'wait call.hold' +resume +'wait call.hold' +'wait call.ended' "${stay[@]}"
