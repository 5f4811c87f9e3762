#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One case of what people and scripts do with calls: call_case.sh NAME PROGRAM [FAMILY]
set -euo pipefail
# shellcheck source=shell.sh
source "$(dirname "$0")/shell.sh"

carol=(--aor carol@example.org --password-file carol.pw --hosts hosts)

# A third user, for whom calls are transferred to.
carol_exists() {
  printf 'alice:tea\nbob:pot\ncarol:cup\n' >users
  printf 'cup\n' >carol.pw
  chmod 600 users carol.pw
}

# script CODE ARGUMENT...: the commands of standard input; output in last.out and last.err.
script() {
  local wanted=$1 code=0
  shift
  timeout 60 "$godwit" "$@" --commands >last.out 2>last.err || code=$?
  if [ "$code" -ne "$wanted" ]; then fail "godwit $1 --commands ended with $code, not $wanted"; fi
}

# ---- expectations

case_expectations_are_met() {
  serve
  bob_answers --echo --once
  expect 0 call bob "${alice[@]}" --play tone:440 --duration 2 --json \
    --expect 'call.answered within 20s' --expect 'not call.handover.failed' --expect 'loss<=5%,answered=1'
  prints '"expectations":\[\{"expected":"call.answered within 20s","met":true,"after_ms":'
  ends "$bob_id" 0
}

case_expectations_are_missed() {
  serve
  bob_answers --decline
  expect 8 call bob "${alice[@]}" --expect 'call.answered within 5s'
  says 'Not as expected: call.answered within 5s'
  says 'busy'
  prints '^no   call.answered within 5s$'
  # The end that was expected is no failure.
  expect 0 call bob "${alice[@]}" --expect 'call.ended status=486'
  expect 8 call bob "${alice[@]}" --expect 'call.ended status=603'
  expect 2 call bob "${alice[@]}" --expect 'call.anwsered'
  says 'did you mean call.answered'
  # Who never got as far as a call has not found anything out.
  printf 'coffee\n' >alice.pw
  expect 7 call bob "${alice[@]}" --expect 'not call.answered'
}

case_digits_are_expected() {
  serve
  bob_answers --once --expect 'call.dtmf digit=5' --expect 'not call.dtmf digit=6'
  expect 0 call bob "${alice[@]}" --dtmf 5 --play tone:300 --duration 2
  ends "$bob_id" 0
}

# ---- one instance and its flow

case_calls_go_by_gruus() {
  serve
  bob_answers --once --echo --outbound always
  grep -qE '"public_gruu":"sip:bob@example.org;gr=urn:uuid:' bob.out || fail "bob has no GRUU"
  expect 0 call bob "${alice[@]}" --outbound always --duration 1 --trace trace --events
  prints '"public_gruu":"sip:alice@example.org;gr=urn:uuid:'
  ends "$bob_id" 0
  # Both name themselves so, and the server knows whom it means.
  grep -qE '^Contact: <sip:alice@example.org;gr=urn:uuid:' trace || fail "alice did not call by her GRUU"
  grep -qE '^Contact: <sip:bob@example.org;gr=urn:uuid:' trace || fail "bob did not answer by his"
  [ "$(stat -c %a state/godwit/instance-id)" = 600 ] || fail "others may read the instance-id"
  # What cannot be read is told, and then there is none.
  echo alice >state/godwit/instance-id
  expect 0 register "${alice[@]}" --outbound always --once
  says 'instance-id'
  expect 0 register "${alice[@]}" --outbound always --once --json
  prints '"public_gruu":""'
}

# ---- history

case_calls_are_remembered() {
  serve
  bob_answers --decline
  expect 3 call bob "${alice[@]}"
  expect 3 call sip:bob@example.org "${alice[@]}" --no-history
  kill -TERM "$bob_id"
  ends "$bob_id" 0
  bob_answers --once --echo
  expect 0 call bob "${alice[@]}" --duration 1
  ends "$bob_id" 0
  # Bob's side writes into the same file: these are users of one machine account.
  expect 0 history
  [ "$(grep -c -- '-> bob ' last.out)" -eq 2 ] || fail "not two calls of alice"
  prints '^20..-..-.. ..:..:..  -> bob  486 Busy Here$'
  prints '^20..-..-.. ..:..:..  -> bob  1\.[0-9] s$'
  prints '<- .*alice@example.org'
  expect 0 history --json --last 1
  prints '"calls":\[\{"v":1,"time":"20.*"direction":".*"duration_ms":1[0-9]{3}'
  [ "$(stat -c %a state/godwit/history.ndjson)" = 600 ] || fail "others may read the history"
  expect 0 history --clear
  expect 0 history
  [ ! -s last.out ] || fail "the history is not empty"
}

case_network_changes_are_remembered() {
  # The server keeps its address, and is talked to from one that changes.
  printf '10.9.0.1 example.org\n' >hosts
  ip addr add 10.9.0.1/32 dev lo
  ip route replace local 10.9.0.1 dev lo table local src 10.1.0.1
  serve
  start changing register "${alice[@]}" --events
  wait_for changing.out '"reg.ok"'
  ip addr del 10.1.0.1/24 dev uplink
  ip addr add 10.2.0.7/24 dev uplink
  ip route replace local 10.9.0.1 dev lo table local src 10.2.0.7
  wait_for changing.out '"outcome":"recovered"'
  kill -TERM "$child"
  ends "$child" 0
  expect 0 network history
  prints '^20..-..-.. ..:..:..  change [0-9]+  10\.1\.0\.1:[0-9]+ -> .*\(.*address_lost uplink 10\.1\.0\.1'
  prints '-> 10\.2\.0\.7:[0-9]+  recovered in [0-9]+ ms'
  expect 0 network history --json --last 1
  prints '"changes":\[\{"v":1,"time":"20.*"outcome":"recovered","took_ms":'
  [ "$(stat -c %a state/godwit/network-history.ndjson)" = 600 ] || fail "others may read the history"
  expect 0 network history --clear
  expect 0 network history
  [ ! -s last.out ] || fail "the history is not empty"
}

case_other_name_servers_are_noticed() {
  serve
  echo 'nameserver 192.0.2.1' >resolv.conf
  unshare --mount sh -c 'mount --bind resolv.conf /etc/resolv.conf; exec "$0" "$@"' \
    "$godwit" register "${alice[@]}" --events >asking.out 2>asking.err </dev/null &
  child=$!
  children+=("$child")
  wait_for asking.out '"reg.ok"'
  echo 'nameserver 192.0.2.2' >resolv.conf
  wait_for asking.out 'name_servers_changed 192.0.2.1 -> 192.0.2.2'
  wait_for asking.out '"outcome":"recovered"'
  [ "$(grep -c '"reg.ok"' asking.out)" -eq 1 ] || fail "it has registered again"
  kill -TERM "$child"
  ends "$child" 0
}

# ---- commands of scripts

case_script_holds_and_resumes() {
  serve
  bob_answers --echo --once
  script 0 call "${alice[@]}" --play tone:440 <<'END'
{"do":"dial","target":"bob","id":"b"}
{"do":"wait","for":"call.answered","call":"b","timeout":20,"id":1}
{"do":"hold","call":"b","id":2}
{"do":"wait","for":"call.hold by_us=true","call":"b","id":3}
{"do":"show","id":4}
{"do":"resume","id":5}
{"do":"wait","for":"call.hold by_us=false","id":6}
{"do":"digits","digits":"1","id":7}
{"do":"hang_up","id":8}
{"do":"wait","for":"call.ended who=local","id":9}
{"do":"quit","id":10}
END
  prints '"type":"command.done","id":"b","do":"dial","call":1\}$'
  prints '"type":"command.done","id":3,"do":"wait","event":\{.*"type":"call.hold"'
  prints '"id":4,"do":"show","calls":\[\{"call":1,"state":"up",.*"held_by_us":true'
  [ "$(grep -c '"command.done"' last.out)" -eq 11 ] || fail "not eleven answers"
  ends "$bob_id" 0
}

case_script_says_what_is_wrong() {
  serve
  script 1 call "${alice[@]}" <<'END'
hold
{"do":"hodl","id":"a"}

{"do":"hold","id":"b"}
{"do":"dial","tagret":"bob","id":"c"}
{"do":"hold","call":7,"id":"d"}
{"do":"wait","for":"call.endet","id":"e"}
{"do":"wait","for":"call.ended","timeout":0.1,"id":"f"}
{"do":"wait","seconds":0.1,"id":"g"}
END
  prints '"command.failed","id":null,"do":null,"error":"malformed","message":"line 1: not JSON, at byte 1"'
  prints '"id":"a","do":null,"error":"malformed","message":"line 2: hodl: there is no such command \(did you mean hold\?\)"'
  prints '"id":"b","do":"hold","error":"no_such_call","message":"there is no call"'
  prints '"id":"c".*did you mean target'
  prints '"id":"d".*there is no call 7'
  prints '"id":"e".*did you mean call.ended'
  prints '"id":"f","do":"wait","error":"timed_out","message":"call.ended did not come"'
  prints '"command.done","id":"g","do":"wait"'
  [ "$(grep -c '"command\.' last.out)" -eq 8 ] || fail "not eight answers"
  says '7 of the commands failed'
}

case_script_answers() {
  serve
  mkfifo commands
  "$godwit" answer "${bob[@]}" --commands <commands >bob.out 2>bob.err &
  bob_id=$!
  children+=("$bob_id")
  exec 5>commands
  wait_for bob.out reg.ok
  start alice call bob "${alice[@]}" --events
  alice_id=$child
  printf '%s\n' '{"do":"wait","for":"call.incoming","id":1}' '{"do":"answer","id":"in"}' >&5
  wait_for alice.out call.answered
  # A command may come in pieces.
  printf '{"do":"hang' >&5
  printf '_up","call":"in"}\n{"do":"wait","for":"call.ended"}' >&5
  exec 5>&-
  ends "$bob_id" 0
  ends "$alice_id" 0
  prints_in bob.out '"command.done","id":"in","do":"answer","call":1'
}

case_script_declines() {
  serve
  mkfifo commands
  "$godwit" answer "${bob[@]}" --commands <commands >bob.out 2>bob.err &
  bob_id=$!
  children+=("$bob_id")
  exec 5>commands
  wait_for bob.out reg.ok
  printf '%s\n' '{"do":"wait","for":"call.incoming"}' '{"do":"decline","status":603}' \
    '{"do":"wait","for":"call.ended"}' '{"do":"quit"}' >&5
  expect 0 call bob "${alice[@]}" --expect 'call.ended status=603'
  exec 5>&-
  ends "$bob_id" 0
}

# One script, two calls, one transferred to the other; every party hears of it.
case_script_transfers_attended() {
  carol_exists
  serve
  bob_answers --calls 2 --play tone:500
  start carol answer "${carol[@]}" --events --calls 2 --play tone:600
  carol_id=$child
  wait_for carol.out reg.ok
  script 0 call "${alice[@]}" --play tone:440 <<'END'
{"do":"dial","target":"bob","id":"b"}
{"do":"wait","for":"call.answered","call":"b","id":1}
{"do":"hold","call":"b","id":2}
{"do":"wait","for":"call.hold by_us=true","call":"b","id":3}
{"do":"dial","target":"carol","id":"c"}
{"do":"wait","for":"call.answered","call":"c","id":4}
{"do":"transfer_to","call":"b","other":"c","id":5}
{"do":"wait","for":"call.transfer.progress final=true status=200","call":"b","id":6}
{"do":"wait","for":"call.ended","call":"b","id":7}
{"do":"wait","for":"call.ended","call":"c","id":8}
{"do":"quit","id":9}
END
  prints '"command.done","id":5,"do":"transfer_to","call":1'
  prints '"command.done","id":6,"do":"wait","event":\{.*"call.transfer.progress","call":1,"status":200'
  prints_in bob.out '"type":"call.transfer.asked"'
  wait_for carol.out call.replaced
  # They are connected: Bob's new call is up.
  [ "$(grep -c '"type":"call.answered"' bob.out)" -eq 2 ] || fail "bob has not two answered calls"
  kill -TERM "$bob_id" "$carol_id"
  ends "$bob_id" 0
  ends "$carol_id" 0
}

# Carol's script takes Alice; Bob, who takes Alice's place, is there without its doing.
case_script_keeps_a_call_that_is_replaced() {
  carol_exists
  serve
  bob_answers --play tone:500
  mkfifo commands
  "$godwit" answer "${carol[@]}" --commands --play tone:600 <commands >carol.out 2>carol.err &
  carol_id=$!
  children+=("$carol_id")
  exec 5>commands
  wait_for carol.out reg.ok
  printf '%s\n' '{"do":"wait","for":"call.incoming"}' '{"do":"answer","id":"a"}' \
    '{"do":"wait","for":"call.replaced","call":"a"}' '{"do":"wait","for":"call.ended","call":"a"}' \
    '{"do":"answer","id":"late"}' '{"do":"wait","for":"call.media","call":2}' \
    '{"do":"show","id":"left"}' '{"do":"hang_up","id":"bye"}' '{"do":"wait","for":"call.ended","call":2}' >&5
  script 0 call "${alice[@]}" --play tone:440 <<'END'
{"do":"dial","target":"bob","id":"b"}
{"do":"wait","for":"call.answered","call":"b"}
{"do":"dial","target":"carol","id":"c"}
{"do":"wait","for":"call.answered","call":"c"}
{"do":"transfer_to","call":"b","other":"c"}
{"do":"wait","for":"call.ended","call":"c"}
END
  wait_for carol.out '"id":"bye"'
  exec 5>&-
  ends "$carol_id" 1
  prints_in carol.out '"id":"late","do":"answer","error":"no_such_call","message":"nobody calls"'
  prints_in carol.out '"command.done","id":"left",.*"call":2,.*"state":"up"'
  prints_in carol.out '"command.done","id":"bye","do":"hang_up"'
  prints_in carol.err '1 of the commands failed'
  kill -TERM "$bob_id"
  ends "$bob_id" 0
}

# More than the head of a file.
is_recorded() { [ "$(wc -c <"$1")" -gt 44 ] || fail "nothing was recorded in $1"; }

# The first call ends with its place taken; what it was goes on.
case_once_means_the_whole_conversation() {
  carol_exists
  serve
  bob_answers --play tone:500
  start carol answer "${carol[@]}" --events --once --play tone:600 --record heard.wav
  carol_id=$child
  wait_for carol.out reg.ok
  script 0 call "${alice[@]}" --play tone:440 <<'END'
{"do":"dial","target":"bob","id":"b"}
{"do":"wait","for":"call.answered","call":"b"}
{"do":"dial","target":"carol","id":"c"}
{"do":"wait","for":"call.answered","call":"c"}
{"do":"wait","seconds":0.5}
{"do":"transfer_to","call":"b","other":"c"}
{"do":"wait","for":"call.ended","call":"c"}
{"do":"wait","seconds":0.5}
END
  wait_for carol.out '"call.media","call":2'
  kill -TERM "$bob_id"
  ends "$bob_id" 0
  ends "$carol_id" 0
  ! grep -q 'not taken' carol.err || fail "it tried to take what was taken"
  is_recorded heard.wav
  is_recorded heard-2.wav
}

case_call_follows_a_transfer() {
  carol_exists
  serve
  start carol answer "${carol[@]}" --events --play tone:600 --once
  carol_id=$child
  wait_for carol.out reg.ok
  mkfifo commands
  "$godwit" answer "${bob[@]}" --commands <commands >bob.out 2>bob.err &
  bob_id=$!
  children+=("$bob_id")
  exec 5>commands
  wait_for bob.out reg.ok
  printf '%s\n' '{"do":"wait","for":"call.incoming"}' '{"do":"answer","id":"a"}' \
    '{"do":"wait","for":"call.media"}' '{"do":"wait","seconds":0.5}' '{"do":"transfer","call":"a","target":"carol"}' \
    '{"do":"wait","for":"call.transfer.progress final=true"}' '{"do":"wait","for":"call.ended"}' \
    '{"do":"wait","seconds":0.5}' >&5
  start alice call bob "${alice[@]}" --play tone:440 --record alice.wav --events 5>&-
  alice_id=$child
  wait_for carol.out call.media
  exec 5>&-
  ends "$bob_id" 0
  kill -INT "$alice_id"
  ends "$alice_id" 130
  ends "$carol_id" 0
  prints_in alice.out '"call.transfer.asked".*"new_call":2'
  is_recorded alice.wav
  is_recorded alice-2.wav
}

case_script_plays_records_and_confers() {
  carol_exists
  serve
  bob_answers --once --play tone:500
  start carol answer "${carol[@]}" --events --once --play tone:600 --record heard.wav
  carol_id=$child
  wait_for carol.out reg.ok
  script 0 call "${alice[@]}" --record alice.wav <<'END'
{"do":"dial","target":"bob","id":"b"}
{"do":"wait","for":"call.answered","call":"b"}
{"do":"dial","target":"carol","id":"c"}
{"do":"wait","for":"call.answered","call":"c"}
{"do":"wait","seconds":0.5}
{"do":"conference","calls":["b","c"],"id":"conf"}
{"do":"record","call":"b","file":"both.wav","tracks":"stereo"}
{"do":"play","call":"c","what":"tone:700"}
{"do":"mute","call":"b"}
{"do":"unmute","call":"b"}
{"do":"wait","seconds":1}
{"do":"stop_recording","call":"b"}
{"do":"leave","call":"b"}
{"do":"close_conference","conference":1}
{"do":"quit"}
END
  prints '"command.done","id":"conf","do":"conference","conference":1'
  [ "$(wc -c <both.wav)" -gt 10000 ] || fail "the recording is too short"
  [ "$(wc -c <heard.wav)" -gt 10000 ] || fail "carol heard too little"
  [ "$(wc -c <alice.wav)" -gt 5000 ] || fail "alice did not record bob"
  [ "$(wc -c <alice-2.wav)" -gt 10000 ] || fail "carol's recording is not beside bob's"
  ends "$bob_id" 0
  ends "$carol_id" 0
}

# ---- messages and subscriptions

case_messages_are_delivered() {
  serve
  bob_answers
  expect 0 message bob 'tea at five?' "${alice[@]}" --json
  prints '"command":"message","exit_code":0,.*"status":20[02]'
  wait_for bob.out message.received
  prints_in bob.out '"message.received".*"text":"tea at five\?"'
  printf 'from a pipe' | "$godwit" message bob - "${alice[@]}" >last.out 2>last.err
  prints '^Delivered\.$'
  wait_for bob.out 'from a pipe'
  expect 3 message dave 'hello' "${alice[@]}"
  says 'did not take the message'
}

# Whom the config names, or the command line, hears of Bob's calls; nobody else does.
case_calls_are_watched() {
  carol_exists
  serve
  config '[account.desk]
aor = "bob@example.org"
password = "pot"
dialog_watchers = ["alice", "dave@elsewhere.org"]'
  start bob answer --account desk --hosts hosts --events --play tone:500
  bob_id=$child
  wait_for bob.out reg.ok
  start alice subscribe bob dialog "${alice[@]}" --events
  alice_id=$child
  wait_for alice.out 'state=\"full\"'
  expect 3 subscribe bob dialog --aor carol@example.org --password-file carol.pw --hosts hosts --timeout 20
  expect 0 call bob --aor carol@example.org --password-file carol.pw --hosts hosts --duration 1 --play tone:440
  wait_for alice.out '>terminated</state>'
  kill -TERM "$bob_id" "$alice_id"
  ends "$bob_id" 0
  start bob answer "${bob[@]}" --events --dialog-watchers carol --dialog-watchers '*'
  wait_for bob.out reg.ok
  expect 0 subscribe bob dialog --aor carol@example.org --password-file carol.pw --hosts hosts --notifications 1
  prints 'dialog-info'
  expect 2 answer "${bob[@]}" --dialog-watchers 'sip:@@'
  says 'dialog_watchers'
}

case_subscriptions_are_refused_with_a_reason() {
  serve
  bob_answers
  expect 3 subscribe bob no-such-package "${alice[@]}" --timeout 20
  says 'No subscription'
  expect 2 subscribe bob
  expect 2 subscribe bob dialog
  says 'aor'
}

# ---- the keyboard, in a real terminal

# terminal COMMAND...: in a window of 80 columns and 24 lines.
terminal() {
  command -v tmux >/dev/null || { echo "skipped: no tmux"; exit 77; }
  export TMUX_TMPDIR=$work TERM=xterm-256color
  tmux -f /dev/null new-session -d -x 80 -y 24 "PS1='> ' bash --norc --noprofile"
  tmux send-keys "$*" Enter
}
keys() { tmux send-keys "$@"; }
screen() { tmux capture-pane -p; }

# sees TEXT: a deadline, no fixed sleep.
sees() {
  local tries=0
  until screen | grep -qF -- "$1"; do
    tries=$((tries + 1))
    if [ "$tries" -gt 200 ]; then
      screen
      fail "the screen does not show: $1"
    fi
    read -rt 0.05 <> <(:) || true
  done
}

# The line is edited by the shell again, and shows what is typed.
terminal_is_as_before() {
  keys 'stty -a | grep -o "[- ]echo \|[- ]icanon " | tr -d "\n"; echo "|$?|"' Enter
  sees ' icanon  echo |0|'
}

case_keys_drive_a_call() {
  serve
  bob_answers --echo
  terminal "'$godwit' call bob ${alice[*]} --play tone:440; echo ended with \$?"
  sees 'keys: h hold'
  sees 'call 1 up 00:0'
  keys h
  sees 'on hold'
  keys h
  sees 'no longer held'
  keys 5
  wait_for bob.out '"digit":"5"'
  keys x
  sees 'x means nothing here'
  keys '?'
  sees 'connect this call with the next one'
  keys t dave
  sees 'transfer to: dave'
  keys Escape
  sees 'call 1 up'
  keys q
  sees 'ended with 0'
  screen | grep -qF 'Survived 0 network changes' || fail "no summary"
  terminal_is_as_before
  tmux kill-server
}

case_keys_drive_several_calls() {
  carol_exists
  serve
  bob_answers --echo
  start carol answer "${carol[@]}" --events --echo
  wait_for carol.out reg.ok
  terminal "'$godwit' call bob ${alice[*]} --play tone:440; echo ended with \$?"
  sees 'call 1 up 00:0'
  keys c carol Enter
  sees 'call 2 up 00:0'
  sees '(2 calls)'
  keys n
  sees 'call 1 up 00:0'
  keys q
  sees 'call 2 up 00:0'
  keys q
  sees 'ended with 0'
  tmux kill-server
}

case_keys_answer_and_decline() {
  serve
  terminal "'$godwit' answer ${bob[*]} --no-auto --echo; echo ended with \$?"
  sees 'Waiting for calls'
  start alice call bob "${alice[@]}" --events
  alice_id=$child
  sees 'calls'
  sees 'call 1 incoming'
  keys d
  ends "$alice_id" 3
  start alice call bob "${alice[@]}" --events
  alice_id=$child
  sees 'call 2 incoming'
  keys a
  wait_for alice.out call.answered
  sees 'call 2 up 00:0'
  keys q
  ends "$alice_id" 0
  keys C-c
  sees 'ended with 130'
  terminal_is_as_before
  tmux kill-server
}

case_the_terminal_survives_every_end() {
  ulimit -c 0
  serve
  bob_answers --echo --calls 9
  terminal "'$godwit' call bob ${alice[*]}; echo ended with \$?"
  local end
  for end in INT=130 TERM=0 QUIT=131 SEGV=139; do
    sees 'call 1 up 00:0'
    pkill -"${end%=*}" -P "$(tmux list-panes -F '#{pane_pid}')" -x godwit
    sees "ended with ${end#*=}"
    terminal_is_as_before
    keys clear Enter
    [ "$end" = SEGV=139 ] || keys "'$godwit' call bob ${alice[*]}; echo ended with \$?" Enter
  done
  tmux kill-server
}

# ---- Ctrl-Z, and a terminal that is gone

# stopped_call: in the terminal, up once and stopped now; long enough that packets and timers are missed.
stopped_call() {
  terminal "'$godwit' call bob ${alice[*]} --play tone:440"
  sees 'call 1 up 00:0'
  keys C-z
  sees 'Stopped'
  terminal_is_as_before
  keys clear Enter
}

case_a_stopped_call_goes_on() {
  serve
  bob_answers --echo
  stopped_call
  # What proves it is how long it was.
  read -rt 3 <> <(:) || true
  keys 'fg; echo ended with $?' Enter
  sees 'call 1 up 00:0'
  keys 5
  wait_for bob.out '"digit":"5"'
  keys q
  sees 'ended with 0'
  sees 'Survived 0 network changes'
  terminal_is_as_before
  tmux kill-server
}

case_a_stopped_call_tells_of_its_end() {
  serve
  bob_answers --echo
  stopped_call
  kill -TERM "$bob_id"
  wait_for bob.out call.ended
  keys 'fg; echo ended with $?' Enter
  sees 'ended by peer'
  sees 'ended with 0'
  tmux kill-server
}

case_a_closed_terminal_hangs_up() {
  serve
  bob_answers --echo
  terminal "'$godwit' call bob ${alice[*]} --events >alice.out"
  sees 'call 1 up 00:0'
  tmux kill-server
  wait_for alice.out reg.removed
  prints_in alice.out '"type":"call.ended".*"who":"local"'
  wait_for bob.out call.ended
  prints_in bob.out '"type":"call.ended".*"who":"peer"'
}

case_hangup_hangs_up_and_unregisters() {
  serve
  bob_answers
  start alice call bob "${alice[@]}" --events
  alice_id=$child
  wait_for alice.out call.answered
  # The kernel says it, and then the shell that hears it too.
  kill -HUP "$alice_id"
  kill -HUP "$alice_id"
  ends "$alice_id" 0
  prints_in alice.out '"type":"call.ended".*"who":"local"'
  prints_in alice.out '"type":"reg.removed"'
  wait_for bob.out '"type":"call.ended"'
}

case_nohup_keeps_the_call() {
  serve
  bob_answers
  mkfifo commands
  (trap '' HUP && exec "$godwit" call "${alice[@]}" --commands <commands >alice.out 2>alice.err) &
  alice_id=$!
  children+=("$alice_id")
  exec 5>commands
  printf '%s\n' '{"do":"dial","target":"bob"}' '{"do":"wait","for":"call.answered"}' >&5
  wait_for alice.out '"do":"wait"'
  kill -HUP "$alice_id"
  printf '%s\n' '{"do":"hold"}' '{"do":"wait","for":"call.hold by_us=true"}' '{"do":"quit"}' >&5
  exec 5>&-
  ends "$alice_id" 0
  prints_in alice.out '"command.done","id":null,"do":"wait","event":\{.*"type":"call.hold"'
}

network_up
"case_$name"
