# SPDX-License-Identifier: Apache-2.0
# Sourced by case.sh and call_case.sh, whose arguments are NAME PROGRAM [FAMILY].
# Runs in a network namespace of its own, with a server where the case needs one: no port is taken
# from anybody, no packet leaves the machine.
name=$1 godwit=$2 family=${3:-v4}

if [ "${GODWIT_CASE_INSIDE:-}" != yes ]; then
  export GODWIT_CASE_INSIDE=yes
  if unshare --net true 2>/dev/null; then exec unshare --net "$0" "$@"; fi
  if unshare --user --map-root-user --net true 2>/dev/null; then
    exec unshare --user --map-root-user --net "$0" "$@"
  fi
  echo "skipped: neither root nor unprivileged user namespaces (kernel.unprivileged_userns_clone)"
  exit 77
fi

data=$(cd "$(dirname "$0")/../data" && pwd)
work=$(mktemp -d)
children=()
cleanup() {
  local status=$?
  for child in "${children[@]}"; do
    kill -KILL "$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true
  done
  if [ "$status" -ne 0 ] && [ "$status" -ne 77 ]; then
    for file in "$work"/*.out "$work"/*.err; do
      [ -s "$file" ] || continue
      echo "--- ${file##*/}"
      tail -n 25 "$file"
    done
  fi
  rm -rf "$work"
}
trap cleanup EXIT
cd "$work"
unset GODWIT_PASSWORD NO_COLOR
export XDG_CONFIG_HOME=$work/config XDG_STATE_HOME=$work/state

address=10.1.0.1
if [ "$family" = v6 ]; then address=fd00:1::1; fi

network_up() {
  ip link set lo up
  ip link add uplink type veth peer name beyond
  ip link set beyond up
  ip link set uplink up
  ip addr add 10.1.0.1/24 dev uplink
  ip addr add fd00:1::1/64 dev uplink nodad
  printf '%s example.org\n' "$address" >hosts
  printf 'alice:tea\nbob:pot\n' >users
  printf 'tea\n' >alice.pw
  printf 'pot\n' >bob.pw
  chmod 600 users ./*.pw
}

# start NAME ARGUMENT...: in the background, output in NAME.out and NAME.err; its id in $child.
start() {
  local label=$1
  shift
  # Empty from now on: what an earlier one said is not waited for.
  : >"$label.out" 2>"$label.err"
  "$godwit" "$@" >"$label.out" 2>"$label.err" </dev/null &
  child=$!
  children+=("$child")
}

# wait_for FILE TEXT: a deadline, no fixed sleep.
wait_for() {
  local tries=0
  until grep -qF -- "$2" "$1" 2>/dev/null; do
    tries=$((tries + 1))
    if [ "$tries" -gt 200 ]; then fail "no $2 in $1"; fi
    read -rt 0.05 <> <(:) || true
  done
}

# wait_for_last FILE TYPE TEXT: the newest event of a type says so.
wait_for_last() {
  local tries=0
  until grep -F -- "\"type\":\"$2\"" "$1" | tail -n 1 | grep -qF -- "$3"; do
    tries=$((tries + 1))
    if [ "$tries" -gt 200 ]; then fail "the last $2 in $1 says no $3"; fi
    read -rt 0.05 <> <(:) || true
  done
}

fail() {
  echo "$name: $*"
  exit 1
}

# expect CODE ARGUMENT...: runs the program; its output in last.out and last.err.
expect() {
  local wanted=$1 code=0
  shift
  timeout 60 "$godwit" "$@" >last.out 2>last.err </dev/null || code=$?
  if [ "$code" -ne "$wanted" ]; then fail "godwit $1 ended with $code, not $wanted"; fi
}

# A code that is not 0 comes with a sentence.
says() { grep -qiE -- "$1" last.err || fail "standard error does not say: $1"; }
prints() { grep -qE -- "$1" last.out || fail "standard output does not say: $1"; }
prints_in() { grep -qE -- "$2" "$1" || fail "$1 does not say: $2"; }

# ends CHILD CODE
ends() {
  local code=0
  wait "$1" || code=$?
  if [ "$code" -ne "$2" ]; then fail "it ended with $code, not $2"; fi
}

serve() {
  start server serve --domain example.org --users users --hosts hosts --events "$@"
  server=$child
  wait_for server.out server.ready
}

alice=(--aor alice@example.org --password-file alice.pw --hosts hosts)
bob=(--aor bob@example.org --password-file bob.pw --hosts hosts)

# bob ARGUMENT...: registered and waiting.
bob_answers() {
  start bob answer "${bob[@]}" --events "$@"
  bob_id=$child
  wait_for bob.out reg.ok
}

# config TEXT: the user's config.toml.
config() {
  mkdir -p config/godwit
  printf '%s\n' "$1" >config/godwit/config.toml
  chmod 600 config/godwit/config.toml
}
