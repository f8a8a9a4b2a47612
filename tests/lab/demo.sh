#!/bin/sh
# make demo: a throw-away gateway, a sample policy, the console.  Everything is
# gone when the console is left.
set -eu
program=$1
source=$2

if [ "$(id -u)" -ne 0 ]; then
	command -v sudo >/dev/null || {
		echo "demo: the gateway is made as root: run make demo as root," \
			"or install sudo" >&2
		exit 1
	}
	echo "demo: the gateway is made as root; asking sudo"
	exec sudo -- env TERM="${TERM:-vt100}" LC_ALL="${LC_ALL:-${LANG:-C.UTF-8}}" \
		sh "$0" "$program" "$source"
fi

lab=$source/tests/lab/lab
RELAYADM_LAB_STATE=$(mktemp -d /var/tmp/relayadm-demo.XXXXXX)
export RELAYADM_LAB_STATE
cleanup()
{
	"$lab" stop-all
	rm -rf "$RELAYADM_LAB_STATE"
}
trap cleanup EXIT
trap 'exit 1' INT TERM HUP

"$lab" root postfix
echo "demo: starting the gateway mx1 (sshd on 127.60.1.1 port 2222, Postfix)"
"$lab" start mx1 1
info() { "$lab" info mx1 | sed -n "s/^$1=//p"; }

export RELAYADM_DB="$RELAYADM_LAB_STATE/policy.db"
RELAYADM_SSH_KEY=$(info key)
export RELAYADM_SSH_KEY
"$program" load "$source/assets/sample/policy.json"
"$program" gateway trust mx1 --fingerprint "$(info fingerprint)"
"$program" commit -m "sample policy"
echo "demo: opening the console: P pushes to mx1, ? lists the keys, q leaves"
status=0
"$program" || status=$?
"$program" status mx1 || true
exit $status
