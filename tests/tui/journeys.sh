#!/bin/sh
# Plays the journeys of tests/tui/journeys to the real console on a
# pseudo-terminal and compares what it shows with the .want beside each.
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

work=$(mktemp -d "${TMPDIR:-/tmp}/journeys.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM

unset NO_COLOR COLUMNS LINES ESCDELAY RELAYADM_ASCII RELAYADM_DB \
	RELAYADM_TEST_FD
export LC_ALL=C.UTF-8 TERM=xterm-256color TZ=UTC SUDO_USER=ana
export RELAYADM_CLOCK=2026-11-20T09:31:00Z

total=0
for script in "$journeys"/*.keys; do
	total=$((total + 1))
done
echo "1..$total"

number=0
failed=0
for script in "$journeys"/*.keys; do
	number=$((number + 1))
	name=$(basename "$script" .keys)
	here=$work/$name
	mkdir -p "$here/home"
	(
		cd "$here" || exit 99
		HOME=$here/home
		RELAYADM=$program
		JOURNEYS=$journeys
		PUSHED=$builddir/tests/tui/pushed
		DNS=$builddir/tests/tui/dns_serve
		export HOME RELAYADM JOURNEYS PUSHED DNS
		timeout 120 "$play" "$program" --database policy.db \
			<"$script" >got 2>errors
		echo "play ends with $?" >>got
	)
	if [ -n "${UPDATE:-}" ]; then
		cp "$here/got" "$journeys/$name.want"
	fi
	if cmp -s "$here/got" "$journeys/$name.want"; then
		echo "ok $number - $name"
	else
		echo "not ok $number - $name"
		diff -u "$journeys/$name.want" "$here/got" | sed 's/^/# /'
		sed 's/^/# /' "$here/errors"
		failed=1
	fi
done
exit $failed
