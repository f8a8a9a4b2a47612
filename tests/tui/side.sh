#!/bin/sh
# status and gateway compare ask gateways side by side, tell them in their order
# and stop at Ctrl-C.  The gateways are played by tests/tui/ssh_gateway.sh: one
# that is asked waits until others are there, too.
set -u
. "$(dirname "$0")/../tap.sh"
srcdir=$(cd "${srcdir:-.}" && pwd)
program=$(cd "${builddir:-.}" && pwd)/relayadm
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 99
mkdir home bin state
export HOME="$dir/home" LC_ALL=C.UTF-8 RELAYADM_DB="$dir/db"
export GATEWAY_STATE="$dir/state"
cp "$srcdir/tests/tui/ssh_gateway.sh" bin/ssh
chmod 755 bin/ssh
PATH=$dir/bin:$PATH
{
	"$program" server add in listen=192.0.2.1:25
	for name in a b c d; do
		"$program" gateway add $name ssh.host=$name.example servers=in \
			ssh.transport=openssh
		"$program" gateway trust $name --fingerprint \
			SHA256:ZkAslGjFiUHdGf/WUL8rQvkib4PTvQatUV0OUQSncCA
	done
	"$program" commit -m first
	"$program" push --all
} >said 2>&1 || ok "gateways" "$(cat said)"

# asks STATUS COMMAND...: with the environment; prints what is wrong.
asks()
{
	want=$1
	shift
	rm -rf state/met*
	timeout 60 "$program" "$@" >said 2>errors </dev/null
	got=$?
	[ $got -eq "$want" ] || echo "ends with $got" "$(cat said errors)"
}

order()
{
	[ "$(sed -n 's/^\([a-d]\) .*IN STEP.*/\1/p' said | tr -d '\n')" = "$1" ] ||
		cat said errors
}

export GATEWAY_MEET=4
ok "status: all four are asked at a time" "$(asks 0 status)"
ok "in their order" "$(order abcd)"
ok "compare, too" "$(asks 0 gateway compare)"
ok "all are compared" "$(grep -qx \
	'4 gateways: every client and domain is treated alike' said || cat said)"
GATEWAY_MEET=2
ok "two at a time" "$(asks 0 status --jobs 2)"
ok "in their order" "$(order abcd)"
GATEWAY_MEET=3
ok "and no three" "$(asks 1 status --jobs 2)"
ok "compare has no three, either" "$(asks 1 gateway compare --jobs 2)"
ok "--jobs begins at 1" "$(asks 2 status --jobs 0)"
unset GATEWAY_MEET

# The first one waits for the last: their order is not that of the answers.
export GATEWAY_AFTER="a.example d.example"
ok "the first one is slow" "$(asks 0 status)"
ok "and told first" "$(order abcd)"
ok "in JSON" "$(asks 0 status --json
	[ "$(sed -n 's/.*"gateway": "\(.\)".*/\1/p' said | tr -d '\n')" = abcd ] ||
		cat said)"
unset GATEWAY_AFTER

# One never answers; Ctrl-C tells the others.
stopped()
{
	rm -rf state/met*
	GATEWAY_AFTER="b.example nobody" "$program" "$@" >said 2>errors \
		</dev/null &
	pid=$!
	for _ in $(seq 100); do
		[ ! -e state/met-a.example ] ||
			[ ! -e state/met-c.example ] ||
			[ ! -e state/met-d.example ] || break
		sleep 0.1
	done
	sleep 0.5 # the last answer arrives
	kill -INT $pid
	for _ in $(seq 50); do
		kill -0 $pid 2>/dev/null || break
		sleep 0.1
	done
	! kill -0 $pid 2>/dev/null || echo "it goes on"
	kill -KILL $pid 2>/dev/null
	wait $pid
	got=$?
	[ $got -eq 1 ] || echo "ends with $got" "$(cat said errors)"
	grep -q 'gateway b: not asked: stopped' errors || cat errors
}
ok "Ctrl-C ends it" "$(stopped status)"
ok "who has answered is told" "$(order acd)"
finish
