#!/bin/sh
# The journey "monkey" with many more events: keys, pastes, resizes and lost
# lines, from two seeds side by side.  RELAYADM_SEED: the first seed (default:
# the time); RELAYADM_EVENTS: how many events in all (default a million).
set -u
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${builddir:-.}" && pwd)
seed=${RELAYADM_SEED:-$(date +%s)}
events=$((${RELAYADM_EVENTS:-1000000} / 2))
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT

if [ ! -x "$build/tests/tui/play" ]; then
	echo "1..0 # SKIP libvterm is missing"
	exit 0
fi

run()
{
	timeout 1800 sh "$here/monkey.sh" "$build/tests/tui/play" \
		"$build/relayadm" "$build/tests/tui/pushed" "$events" \
		$((seed + $1)) >"$dir/out.$1" 2>&1
	echo "$?" >"$dir/rc.$1"
}

echo "1..2"
run 1 &
run 2 &
wait
for n in 1 2; do
	if [ "$(cat "$dir/rc.$n")" -eq 0 ]; then
		echo "ok $n - $events events, seed $((seed + n)):" \
			"$(sed -n 's/.* events, \(.* pushes\)$/\1/p' \
			"$dir/out.$n")"
	else
		echo "not ok $n - $events events, seed $((seed + n))"
		tail -n 40 "$dir/out.$n" | sed 's/^/# /'
	fi
done
