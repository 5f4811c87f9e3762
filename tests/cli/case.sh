#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One case of the program as a user starts it: case.sh NAME PROGRAM [FAMILY]
set -euo pipefail
# shellcheck source=shell.sh
source "$(dirname "$0")/shell.sh"

case_registers() {
  serve
  expect 0 register "${alice[@]}" --once
  prints '^Registered sip:alice@'
}

case_registers_as_json() {
  serve
  expect 0 register "${alice[@]}" --unregister --json
  [ "$(wc -l <last.out)" -eq 1 ] || fail "not one object"
  prints '^\{"v":1,"time":"20.*Z","mono_ns":[0-9]+,"type":"result","command":"register","exit_code":0,'
}

case_tells_all_bindings_and_removes_them() {
  serve
  expect 0 register "${alice[@]}" --once
  expect 0 register "${alice[@]}" --fetch
  prints '^sip:alice@.* for [23][0-9][0-9] s$'
  expect 0 register "${alice[@]}" --remove-all
  prints '^No bindings\.$'
  expect 0 register "${alice[@]}" --fetch --json
  prints '"status":200,.*"bindings":\[\]'
  expect 2 register "${alice[@]}" --fetch --remove-all
  expect 2 register "${alice[@]}" --fetch --once
  printf 'coffee\n' >alice.pw
  expect 7 register "${alice[@]}" --fetch
}

# Two phones of one user: the first is told of the second, and of the end of its own binding.
case_registration_is_watched() {
  serve
  start watcher register "${alice[@]}" --watch-registration --events
  watcher_id=$child
  wait_for watcher.out '"type":"reg.ok"'
  start second register "${alice[@]}" --events
  second_id=$child
  wait_for watcher.out '"others":[{"contact":"sip:alice@'
  [ "$(grep -c reg.sending watcher.out)" -eq 1 ] || fail "it has registered again"
  kill -INT "$second_id"
  ends "$second_id" 130
  wait_for_last watcher.out reg.ok '"others":[]'
  expect 0 register "${alice[@]}" --remove-all
  wait_for watcher.out 'the registrar has ended it: unregistered'
  kill -INT "$watcher_id"
  ends "$watcher_id" 130
}

# serve_by LIST: on these transports, with a certificate of example.org.
serve_by() {
  "$data/../../tools/make_certificates" certificates 2>/dev/null
  serve --transport "$1" --tls-cert certificates/domain.pem --tls-key certificates/domain.key
}
by_tls=(--transport tls --tls-ca certificates/ca.pem)

case_registers_by_tcp_and_tls() {
  serve_by tcp,tls
  prints_in server.out '"ports":\{"tcp":5060,"tls":5061\}'
  expect 0 register "${alice[@]}" --transport tcp --once
  prints '^Registered sip:alice@.*;transport=tcp'
  expect 0 register "${alice[@]}" "${by_tls[@]}" --once
  prints '^Registered sip:alice@.*;transport=tls'
  expect 5 register "${alice[@]}" --transport udp --once
}

case_calls_between_transports() {
  serve_by udp,tcp,tls
  bob_answers --echo --once "${by_tls[@]}"
  # Who is reached by TLS takes no plain sound.
  expect 3 call bob "${alice[@]}" --transport tcp --play tone:440 --duration 1
  says 'media-security'
  expect 0 call bob "${alice[@]}" --transport tcp --media-security preferred --play tone:440 --duration 1 --json
  prints '"answered":true'
  ends "$bob_id" 0
}

case_server_wants_a_certificate_for_tls() {
  expect 2 serve --domain example.org --users users --transport tls
  says 'tls-cert'
  expect 2 serve --domain example.org --users users --transport udp,pigeon
  says 'udp,tcp,tls'
}

case_wrong_password() {
  serve
  printf 'coffee\n' >alice.pw
  expect 7 register "${alice[@]}" --once
  says 'not registered'
  says 'password'
}

case_password_from_environment() {
  serve
  GODWIT_PASSWORD=tea expect 0 register --aor alice@example.org --hosts hosts --once
}

case_password_file_others_may_write() {
  serve
  chmod 666 alice.pw
  expect 2 register "${alice[@]}" --once
  says 'may be written by others'
}

case_unknown_host() {
  expect 5 register "${alice[@]}" --registrar sip:nowhere.invalid --once
  says 'nowhere.invalid'
}

case_no_network() {
  ip link set uplink down
  ip link set lo down
  expect 5 register "${alice[@]}" --once --timeout 5
  says 'network'
}

case_nobody_listens() {
  expect 5 register "${alice[@]}" --once
}

case_port_in_use() {
  serve
  expect 1 register "${alice[@]}" --port 5060 --once
  says 'in use'
}

case_server_port_in_use() {
  serve
  expect 1 serve --domain example.org --users users
  says 'in use'
}

case_busy_peer() {
  serve
  bob_answers --decline
  expect 3 call bob "${alice[@]}"
  says 'busy'
}

case_no_such_user() {
  serve
  expect 3 call carol "${alice[@]}"
}

case_no_answer() {
  serve
  bob_answers --no-auto
  expect 4 call bob "${alice[@]}" --timeout 2
}

case_call_is_heard() {
  serve
  bob_answers --echo --once
  expect 0 call bob "${alice[@]}" --play tone:440 --record heard.wav --duration 3 --json
  prints '"answered":true,"heard":true'
  prints '"network_changes":0'
  ends "$bob_id" 0
  [ "$(wc -c <heard.wav)" -gt 20000 ] || fail "the recording is too short"
}

case_call_for_people() {
  serve
  bob_answers --echo --once
  expect 0 call sip:bob@example.org "${alice[@]}" --duration 1
  prints '^Survived 0 network changes'
  says 'up with'
}

case_digits_arrive() {
  serve
  bob_answers --once
  # Bob says nothing, but sends it: silence is sound, too.
  expect 0 call bob "${alice[@]}" --dtmf '12#' --play tone:300 --duration 3
  ends "$bob_id" 0
  [ "$(grep -c '"type":"call.dtmf"' bob.out)" -eq 3 ] || fail "not three digits"
  prints_in bob.out '"digit":"#"'
}

case_interrupt_hangs_up_and_unregisters() {
  serve
  bob_answers --echo --once
  start alice call bob "${alice[@]}" --play tone:440 --events
  alice_id=$child
  wait_for alice.out call.media
  kill -INT "$alice_id"
  ends "$alice_id" 130
  ends "$bob_id" 0
  prints_in alice.out '"type":"call.ended".*"who":"local"'
  prints_in alice.out '"type":"reg.removed"'
  prints_in bob.out '"type":"call.ended".*"who":"peer"'
}

case_terminate_unregisters() {
  serve
  bob_answers
  kill -TERM "$bob_id"
  ends "$bob_id" 0
  prints_in bob.out '"type":"reg.removed"'
}

case_server_ends_with_its_bindings() {
  serve --json
  bob_answers
  kill -TERM "$server"
  ends "$server" 0
  prints_in server.out '"bindings":\{"alice":\[\],"bob":\["sip:bob@'
}

# status: the server's latest server.status in status.out.
status() {
  local before
  before=$(grep -cF server.status server.out || true)
  kill -USR1 "$server"
  local tries=0
  until [ "$(grep -cF server.status server.out || true)" -gt "$before" ]; do
    tries=$((tries + 1))
    if [ "$tries" -gt 200 ]; then fail "no server.status"; fi
    read -rt 0.05 <> <(:) || true
  done
  grep -F server.status server.out | tail -n 1 >status.out
}

case_server_tells_its_status() {
  serve
  status
  prints_in status.out '"bindings":\[\],"flows":\[\],"forwarding":0,'
  bob_answers --transport tcp
  status
  local flow='\{"transport":"tcp","local":"[^"]*:5060","remote":"[^"]*"\}'
  prints_in status.out '"bindings":\[\{"user":"bob","contact":"sip:bob@[^"]*","expires_s":[1-9]'
  prints_in status.out "\"lost\":false,\"flow\":$flow\\}\\],"
  prints_in status.out "\"flows\":\\[$flow\\],"
  prints_in status.out '"counters":\{"requests":2,"registrations":1,"registrations_refused":0,'
  kill -TERM "$bob_id"
  ends "$bob_id" 0
  status
  prints_in status.out '"bindings":\[\],'
}

# Nobody registers between the two servers: what the second knows the first has written.
case_server_keeps_bindings() {
  serve --bindings bindings
  prints_in server.out '"restored":0'
  bob_answers --once
  kill -KILL "$server"
  ends "$server" 137
  serve --bindings bindings
  prints_in server.out '"restored":1'
  expect 1 serve --domain example.org --users users --port 5070 --bindings bindings
  says 'bindings is in use by another process'
  expect 0 call bob "${alice[@]}" --duration 1 --json
  prints '"answered":true'
  ends "$bob_id" 0
  [ "$(grep -c reg.sending bob.out)" -eq 1 ] || fail "bob has registered again"
  kill -TERM "$server"
  ends "$server" 0
}

case_server_leaves_files_of_others() {
  printf 'dear diary\n' >diary
  cp diary before
  expect 2 serve --domain example.org --users users --bindings diary
  says 'diary is no file of godwit.s bindings; it was left as it is'
  cmp diary before || fail "it was changed"
}

# key TOOL USER PASSWORD
key() { printf '%s:example.org:%s' "$2" "$3" | "$1" | cut -d ' ' -f 1; }

case_server_believes_digest_keys() {
  printf 'alice:{SHA-256}%s{MD5}%s\nbob:{MD5}%s\n' "$(key sha256sum alice tea)" \
    "$(key md5sum alice tea)" "$(key md5sum bob pot)" >users
  expect 2 serve --domain example.org --users users
  says 'bob has no key for SHA-256'
  serve --algorithms MD5
  expect 0 register "${bob[@]}" --once
  expect 0 register "${alice[@]}" --once
  kill -TERM "$server"
  ends "$server" 0
  sed -i '/^bob/d' users
  serve
  expect 0 register "${alice[@]}" --once
  printf 'coffee\n' >alice.pw
  expect 7 register "${alice[@]}" --once
  status
  prints_in status.out '"user":"alice"'
}

# One REGISTER a second, four at once: eight phones want sixteen.
case_server_bounds_registers() {
  expect 2 serve --domain example.org --users users --register-rate -1
  serve --register-rate 1
  for phone in 1 2 3 4 5 6 7 8; do start "phone$phone" register "${alice[@]}" --once; done
  wait_for server.err 'too many REGISTERs from'
  status
  prints_in status.out '"registrations_refused":[1-9]'
}

case_options() {
  serve
  expect 0 options sip:example.org --hosts hosts
  prints '^200 '
}

case_trace_masks_credentials() {
  serve
  expect 0 register "${alice[@]}" --once --trace trace
  prints_in trace '^20.* >> udp .*Call-ID .*CSeq [0-9]+ REGISTER$'
  prints_in trace '^Authorization: \*\*\*'
  if grep -q 'response=' trace; then fail "the trace holds a response"; fi
}

# One line for each message, whatever it is.
one_line() { [ "$(wc -l <last.out)" -eq 1 ] || fail "$(wc -l <last.out) lines, not 1"; }

case_parse_verdicts() {
  expect 0 parse "$data/messages/invite.sip"
  one_line
  prints '^valid request INVITE: answer 200, '
  expect 0 parse "$data/messages/ok200.sip" --json
  one_line
  prints '^\{"valid":true,"kind":"response","status":200,"error":null,"answer":null,'
  expect 1 parse --json "$data/torture/negative_length.sip"
  one_line
  prints '^\{"valid":false,"kind":"request","method":"INVITE","error":\{"field":"Content-Length","offset":[0-9]+,"reason":"[^"]+"\},"answer":400,'
  expect 1 parse
  one_line
  prints '^invalid no message: '
  expect 1 parse - --json
  one_line
  prints '"valid":false,"kind":null,"error":\{'
  expect 2 parse nowhere.sip
  says 'Cannot read: nowhere.sip: No such file'
  expect 2 parse --loud
}

case_parse_reads_standard_input() {
  "$godwit" parse --json <"$data/messages/bye.sip" >last.out
  prints '"method":"BYE".*"answer":481'
  "$godwit" parse - <"$data/messages/bye.sip" >last.out
  prints '^valid request BYE: '
}

case_parse_stream() {
  cat "$data/messages/invite.sip" "$data/messages/ack.sip" "$data/messages/bye.sip" >stream
  expect 0 parse stream --stream --json
  [ "$(wc -l <last.out)" -eq 3 ] || fail "not three lines"
  expect 0 parse stream
  one_line
  prints 'warning: body: bytes after it are dropped'
  # The same bytes are one message in a datagram, two in a stream.
  expect 0 parse "$data/torture/trailing_octets.sip"
  one_line
  expect 0 parse --stream "$data/torture/trailing_octets.sip"
  [ "$(wc -l <last.out)" -eq 2 ] || fail "not two lines"
  # What cannot be cut any further is told, and ends it.
  printf 'OPTIONS sip:h SIP/2.0\r\n\r\n' >>stream
  expect 1 parse stream --stream
  [ "$(wc -l <last.out)" -eq 4 ] || fail "not four lines"
  prints '^invalid request OPTIONS: Content-Length: '
  head -c 300 "$data/messages/invite.sip" >stream
  expect 1 parse stream --stream
  one_line
  expect 1 parse --stream
  one_line
  prints '^invalid no message: '
}

case_parse_prints_canonical_form() {
  expect 0 parse --print "$data/torture/tortuous_invite.sip"
  prints '^From: "Otto \\"the\\" \\\\ Vox\\"" <sip:otto@example.net>;tag=q71-88.$'
  says '^valid request INVITE'
  cp last.out once
  expect 0 parse --print once
  cmp once last.out || fail "the canonical form has another canonical form"
  expect 0 parse --print --json once
  one_line
  prints ',"text":"INVITE sip:'
  expect 1 parse --print "$data/torture/open_quote.sip"
  [ ! -s last.out ] || fail "an invalid message was printed"
}

case_parse_shows_no_commands() {
  # ESC, CSI, a line end and a mark that turns the writing around, wherever a verdict shows text.
  printf 'OP\033[2JT\302\233\342\200\256 sip:h SIP/2.0\r\nX\033c: 1\r\nVia: \033]0;x\007\r\n\r\n' >evil
  expect 1 parse evil
  one_line
  if LC_ALL=C grep -q '[[:cntrl:]]' last.out; then fail "a control character was shown"; fi
  expect 1 parse evil --json
  one_line
  if LC_ALL=C grep -q '[^ -~]' last.out; then fail "more than plain ASCII was shown"; fi
  printf 'v=0\r\n\033[2J=x\r\n' >evil
  expect 1 sdp evil
  one_line
  if LC_ALL=C grep -q '[[:cntrl:]]' last.out; then fail "a control character was shown"; fi
}

case_sdp_verdicts() {
  printf 'v=0\r\no=- 1 1 IN IP4 2001:db8::1\r\ns=-\r\nc=IN IP6 2001:db8::1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n' >offer
  expect 0 sdp offer --json
  one_line
  prints '^\{"valid":true,"kind":"sdp","error":null,"warnings":\["o=: .* at byte [0-9]+"\]\}$'
  expect 0 sdp offer --print
  prints '^o=- 1 1 IN IP6 2001:db8::1.$'
  sed 's/4000/many/' offer >wrong
  expect 1 sdp wrong --json
  one_line
  prints '"valid":false,.*"error":\{"field":"m=","offset":[0-9]+,"line":6,'
  expect 1 sdp
  one_line
  expect 2 sdp nowhere.sdp
  says 'Cannot read: nowhere.sdp: No such file'
}

case_wrong_command_lines() {
  expect 2
  expect 2 dance
  says 'dance'
  expect 2 register
  says 'aor'
  expect 2 call
  expect 2 register "${alice[@]}" --port 70000
  expect 2 register "${alice[@]}" --log loud
  expect 2 call bob "${alice[@]}" --play tone:9
  expect 2 call bob "${alice[@]}" --play nowhere.wav
  expect 2 call bob --hosts hosts
  says 'domain'
  expect 2 lab run moon-landing
  expect 2 lab run flood --transport tls
  expect 2 lab bench --only teleport
  says 'no row is called so'
  expect 2 lab bench --only '('
  expect 2 lab bench --runs 0
  expect 2 register "${alice[@]}" --transport pigeon
  expect 2 register "${alice[@]}" --ipv4 --prefer-ipv6
  says 'exclude each other'
  expect 2 register "${alice[@]}" --tls-ca nowhere.pem
  says 'nowhere.pem'
  expect 2 register "${alice[@]}" --listen tls:127.0.0.1:0
  says 'tls-cert'
  expect 2 register "${alice[@]}" --dscp 64
  expect 2 options 'sip:example.org;transport=udp' --transport tcp
  says 'asks for udp'
  expect 2 resolve
  expect 2 resolve example.org --dns dns.example.org
  says '192.0.2.53'
}

case_config_makes_an_account() {
  serve
  config 'default_account = "home"
[settings]
hosts = "hosts"
[account.home]
aor = "alice@example.org"
password_cmd = ["cat", "alice.pw"]
[account.wrong]
aor = "alice@example.org"
password = "coffee"'
  expect 0 register --once
  prints '^Registered sip:alice@'
  expect 7 register --once --account wrong
  # The environment comes before the account, the command line before the environment.
  GODWIT_PASSWORD=tea expect 0 register --once --account wrong
  GODWIT_PASSWORD=coffee expect 0 register --once --password-file alice.pw
  GODWIT_ACCOUNT=wrong expect 7 register --once
  expect 2 register --once --config none
  says 'aor'
}

case_config_is_shown_and_checked() {
  config '[settings]
log = "info"
[account.work]
aor = "alice@example.org"
password = "tea"
latch_media = true'
  GODWIT_CODECS=PCMA GODWIT_FOLLOW_MEDIA=false expect 0 config show --account work --origin
  prints '^log = info  # .*config.toml:2:7$'
  prints '^codecs = PCMA  # GODWIT_CODECS$'
  prints '^latch_media = true  # .*config.toml:6:15$'
  prints '^follow_media = false  # GODWIT_FOLLOW_MEDIA$'
  prints '^password = \*\*\*  # .*config.toml:5:12$'
  expect 0 config show --account work --json
  prints '"aor":\{"value":"alice@example.org","origin":"'
  if grep -q tea last.out; then fail "a password is shown"; fi
  expect 0 config check
  prints '1 settings, 1 accounts'
  expect 0 config path
  prints '/config/godwit/config.toml$'
  config '[settings]
codec = "PCMA"'
  expect 2 config check
  says 'config.toml:2:1: codec: .*did you mean codecs\?'
  expect 2 register --once
  says 'config.toml:2:1'
  config '[settings]
follow_media = "perhaps"'
  expect 2 call bob
  says 'config.toml:2:16: follow_media'
  config '[settings]
dscp = 64'
  expect 2 register --once
  says 'config.toml:2:8: dscp'
  chmod 666 config/godwit/config.toml
  expect 2 register --once
  says 'may be written by others'
}

case_help() {
  expect 0 --help
  prints 'Exit codes'
  for verb in call answer register options serve 'lab list' 'lab run' 'network watch' \
    'network plan' 'network history' parse resolve devices sdp version history message subscribe 'config show' 'config check' \
    'config path'; do
    # shellcheck disable=SC2086
    expect 0 $verb --help
    prints '--json'
  done
}

case_version() {
  expect 0 version
  prints '^godwit [0-9]+\.[0-9]+\.[0-9]+$'
  expect 0 version --json
  prints '"version":"[0-9.]+"'
}

case_resolve() {
  printf '%s\n' '10.1.0.2 pbx.example.org' 'fd00:1::2 pbx.example.org' >hosts
  expect 0 resolve sip:pbx.example.org --hosts hosts
  # RFC 6724 §2.1: a unique local address comes after IPv4.
  prints '^ 1\. udp +10\.1\.0\.2:5060 +hosts file pbx.example.org'
  prints '^ 2\. udp +\[fd00:1::2\]:5060 '
  expect 0 resolve pbx.example.org:5070 --transport tcp --ipv4 --hosts hosts --json
  [ "$(wc -l <last.out)" -eq 1 ] || fail "not one object"
  prints '"targets":\[\{"transport":"tcp","address":"10.1.0.2","port":5070,"family":"v4","name":"pbx.example.org","priority":0,"weight":0,"via":"hosts_file"\}\],"queries":\['
  expect 0 resolve sips:10.1.0.2 --json
  prints '"transport":"tls","address":"10.1.0.2","port":5061,.*"via":"literal"'
  expect 5 resolve sip:nowhere.invalid --hosts hosts --dns 127.0.0.1:9 --json --timeout 3
  prints '"targets":\[\],"queries":\['
  says 'nowhere.invalid'
}

case_lab_list() {
  expect 0 lab list
  for scenario in wifi-to-lte both-up flap vpn lte-to-wifi ap-roam v4-to-v6 v6-to-v4 dual-to-v6 v6-renumber six-flips behind-nat silent-wifi server-silent sleep-wake v6-hole; do prints "^$scenario "; done
  expect 0 lab bench --list --runs 1
  prints '^wifi-to-lte/tls/kamailio/godwit '
  prints '^[0-9]+ rows, 1 run of each: about [0-9]+ min'
  expect 0 lab bench --list --slice --only both-up
  prints '^3 rows, 3 runs of each: about 2 min'
}

case_network_watch() {
  start watch network watch --events
  wait_for watch.out net.snapshot
  ip addr del "$(ip -br addr show dev uplink | grep -o '10.1.0.1/24')" dev uplink
  wait_for watch.out net.delta
  prints_in watch.out '"kind":"address_lost","interface":"uplink","detail":"10.1.0.1'
  kill -INT "$child"
  ends "$child" 130
}

case_network_plan() {
  ip route add default via 10.1.0.2 dev uplink
  expect 0 network plan 203.0.113.7
  prints 'Nothing is to be done'
  expect 0 network plan 203.0.113.7 --without-interface uplink --with-address lte0=10.2.0.2
  prints '^1\. refresh_target call 1'
  prints '^2\. register account 1'
  expect 5 network plan 2001:db8::1
}

network_up
"case_$name"
