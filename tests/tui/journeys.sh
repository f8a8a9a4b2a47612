#!/bin/sh
# Plays the journeys of tests/tui/journeys to the real console on a
# pseudo-terminal and compares what it shows with the .want beside each.
# What is called gallery-... is played again without UTF-8 and colours: then it
# must show the same, but for the frames.
# What is called colours is played again in each theme.
# With names of journeys: only those.
# UPDATE=1 writes the .want files anew: read the difference before committing.
set -u

srcdir=$(cd "${srcdir:-.}" && pwd)
builddir=$(cd "${builddir:-.}" && pwd)
play=$builddir/tests/tui/play
program=${RELAYADM:-$builddir/relayadm}
journeys=$srcdir/tests/tui/journeys

if [ ! -x "$play" ]; then
	echo "1..0 # SKIP built without libvterm"
	exit 0
fi

themes='dark light high-contrast mono'
work=$(mktemp -d "${TMPDIR:-/tmp}/journeys.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM

unset NO_COLOR COLUMNS LINES ESCDELAY RELAYADM_ASCII RELAYADM_DB \
	RELAYADM_TEST_FD RELAYADM_THEME
export LC_ALL=C.UTF-8 TERM=xterm-256color TZ=UTC SUDO_USER=ana
export RELAYADM_CLOCK=2026-11-20T09:31:00Z
# Nobody is there: no journey asks the DNS of this machine.
export RELAYADM_RESOLVER=127.0.0.1:1
# Of the gateways that tests/tui/ssh_gateway.sh plays.
export HOST_KEY=SHA256:ZkAslGjFiUHdGf/WUL8rQvkib4PTvQatUV0OUQSncCA

every=
if [ $# -eq 0 ]; then
	every=yes
	for script in "$journeys"/*.keys; do
		set -- "$@" "$(basename "$script" .keys)"
	done
fi

total=0
for script; do
	total=$((total + 1))
	case $script in
	gallery-*) total=$((total + 1)) ;;
	colours) for _ in $themes; do total=$((total + 1)); done ;;
	esac
done
[ -z "$every" ] || total=$((total + 1))
echo "1..$total"

number=0
failed=0

# journey NAME SCRIPT WANT
journey()
{
	number=$((number + 1))
	here=$work/$1
	mkdir -p "$here/home"
	(
		cd "$here" || exit 99
		HOME=$here/home
		RELAYADM=$program
		JOURNEYS=$journeys
		PUSHED=$builddir/tests/tui/pushed
		DNS=$builddir/tests/tui/dns_serve
		GATEWAY=$srcdir/tests/tui/ssh_gateway.sh
		PLAY=$play
		export HOME RELAYADM JOURNEYS PUSHED DNS GATEWAY PLAY
		# What a random hand finds is not used.
		[ "$1" = monkey ] || export RELAYADM_TEST_USED="$here/used"
		timeout 120 "$play" "$program" --database policy.db \
			<"$2" >got 2>errors
		echo "play ends with $?" >>got
	)
	if [ -n "${UPDATE:-}" ] && [ "$3" = "$journeys/$1.want" ]; then
		cp "$here/got" "$3"
	fi
	if cmp -s "$here/got" "$3"; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		diff -u "$3" "$here/got" | sed 's/^/# /'
		sed 's/^/# /' "$here/errors"
		failed=1
	fi
}

for name; do
	script=$journeys/$name.keys
	journey "$name" "$script" "$journeys/$name.want"
	[ "$name" != colours ] || for theme in $themes; do
		{ echo "env RELAYADM_THEME=$theme"
		cat "$script"; } >"$work/$theme.keys"
		journey "colours-$theme" "$work/$theme.keys" \
			"$journeys/colours-$theme.want"
	done
	case $name in gallery-*) ;; *) continue ;; esac
	{ printf 'env LC_ALL=C\nenv NO_COLOR=1\nenv TERM=vt100\n'
	cat "$script"; } >"$work/$name.plain"
	sed 's/─/-/g; s/│/|/g; s/[┌┐└┘├┤]/+/g' "$journeys/$name.want" \
		>"$work/$name.want"
	journey "$name-plain" "$work/$name.plain" "$work/$name.want"
done

if [ -n "$every" ]; then
	number=$((number + 1))
	sort -u "$work"/*/used >"$work/all.used"
	# What needs a real sshd is used there.
	locked=$srcdir/tests/lab/locked.sh
	grep -q 'wait The key is locked' "$locked" &&
		echo 'dialog the-key-is-locked' >"$work/all.elsewhere"
	grep -q '^type X' "$locked" &&
		echo 'key policy X' >>"$work/all.elsewhere"
	"$builddir/tests/tui/usable" | sort -u |
		comm -23 - "$work/all.used" |
		grep -vxFf "$work/all.elsewhere" >"$work/all.unused"
	if [ -s "$work/all.unused" ]; then
		echo "not ok $number - each dialog and key is used"
		sed 's/^/# /' "$work/all.unused"
		failed=1
	else
		echo "ok $number - each dialog and key is used"
	fi
fi
exit $failed
