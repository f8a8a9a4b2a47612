#!/bin/sh
# Eight at work on one database: each edit that was acknowledged is there, once,
# and its step is in the log; whoever is refused is told why.
set -u
. "$(dirname "$0")/../tap.sh"
program=$(cd "${builddir:-.}" && pwd)/relayadm
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
export RELAYADM_DB="$dir/policy.db" HOME="$dir" LC_ALL=C
cd "$dir" || exit 99
edits=${RELAYADM_EDITS:-60}

# Adds entries of its own, one a step; keeps those that were acknowledged.
adder()
{
	for i in $(seq "$edits"); do
		if "$program" list set shared "entries+=10.$1.0.$i" \
			>/dev/null 2>"refused.$1.$i"
		then
			echo "10.$1.0.$i"
			rm -f "refused.$1.$i"
		fi
	done >"acked.$1"
}

# The way that loses: reads all, changes it, writes all.
overwriter()
{
	for i in $(seq 10); do
		"$program" dump --draft >"copy.$1" 2>/dev/null &&
			sed -i "s|\"entries\": \[|&\"172.16.$1.$i\",|;
				s|\",]|\"]|" "copy.$1" &&
			"$program" load "copy.$1" >/dev/null 2>&1 &&
			echo "172.16.$1.$i"
	done >"acked.$1"
}

all()
{
	pids=
	for who in 1 2 3 4 5 6 7 8; do
		"$1" $who &
		pids="$pids $!"
	done
	# shellcheck disable=SC2086
	wait $pids
	sort acked.? >acked
	"$program" export list:shared | sort >there
}

"$program" list add shared >/dev/null || exit 99
all adder
ok "what was acknowledged is there, once: $(wc -l <acked) edits" \
	"$(comm -3 acked there)"
ok "some edits were acknowledged to each" \
	"$(for w in 1 2 3 4 5 6 7 8; do [ -s acked.$w ] || echo "none to $w"; done)"
ok "whoever was refused was told why" \
	"$(cat /dev/null refused.* 2>/dev/null | grep -v 'was changed in the meantime by .*; nothing was stored')"
steps=$("$program" log list shared | grep -c 'set list shared')
ok "each has its step in the log" "$([ "$steps" -eq "$(wc -l <acked)" ] ||
	echo "$steps steps")"
ok "the database is sound" "$("$program" check 2>&1 | grep -i damaged)"

# The test itself: it finds edits that were lost.
"$program" list set shared entries=192.0.2.1 >/dev/null
all overwriter
ok "edits that are lost are found: $(comm -23 acked there | wc -l)" \
	"$([ -n "$(comm -23 acked there)" ] || echo none)"
finish
