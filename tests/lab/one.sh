# shellcheck shell=bash disable=SC2034,SC2154
# A script with one gateway "gw" of the lab: $work is its own folder, $number
# the gateway's, $disk and $trust what it has on its disk and its public host
# key.  Sourced with $srcdir set.
lab=$srcdir/tests/lab/lab
work=$(mktemp -d)
export RELAYADM_LAB_STATE=$work/lab RELAYADM_SSH_KEY=$work/lab/id_ed25519
unset SSH_AUTH_SOCK
trap '"$lab" stop-all 2>/dev/null; rm -rf "$work"' EXIT
count=0
generation=0
disk=$work/lab/gw/disk/upper
trust=$disk/etc/ssh/ssh_host_ed25519_key.pub
# shellcheck source=tests/lab/number.sh
. "$srcdir/tests/lab/number.sh"

# start_gateway [MTA]: ends the script when there is no lab here.
start_gateway()
{
	local rc
	"$lab" start gw "$number" "$@" 2>"$work/log"
	rc=$?
	[ $rc -ne 0 ] || return 0
	cat "$work/log" >&2
	[ $rc -eq 77 ] && echo "1..0 # SKIP $(tail -n 1 "$work/log")" && exit 0
	exit 1
}

# ok WHAT COMMAND...: what it printed is in $work/out.
ok()
{
	count=$((count + 1))
	if "${@:2}"; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		sed 's/^/# /' "$work/out" | head -n 40
	fi
}
