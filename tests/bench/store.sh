#!/bin/sh
# How fast long lists go in and out, beside what else is installed.  Figures of
# this machine; nothing is judged.
set -u
lines=${1:-1000000}
build=${builddir:-.}
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
"$build/tests/bench/make_list" "$lines" >"$dir/list"
echo "store: $lines lines, $(wc -c <"$dir/list") bytes"

ms() { echo $(($(date +%s%N) / 1000000)); }

# peer NAME COMMAND...: the best of three.
peer()
{
	name=$1 best=
	shift
	command -v "$1" >/dev/null || return
	for run in 1 2 3; do
		rm -f "$dir/peer.db"
		t=$(ms)
		"$@" >/dev/null 2>&1
		t=$(($(ms) - t))
		[ -z "$best" ] || [ $t -lt "$best" ] && best=$t
		: "$run"
	done
	printf '%-38s %7d.  ms\n' "peer: $name" "$best"
}

"$build/tests/bench/bench_store" "$dir/list" "$dir"
echo "bytes of the database: $(wc -c <"$dir/bench.db")"
grep -v '^#' "$dir/list" | sed 's/ #.*//' >"$dir/plain"
# It asks DNS for whatever is no IPv4 address.
grep -v : "$dir/plain" >"$dir/plain4"
peer 'iprange --optimize, IPv4 lines' iprange --optimize "$dir/plain4"
peer 'sqlite3 .import, no index' sqlite3 "$dir/peer.db" \
	'create table t (entry text)' ".import $dir/plain t"
peer 'sqlite3 .import, indexed' sqlite3 "$dir/peer.db" \
	'create table t (entry text primary key) without rowid' \
	".import $dir/plain t"
peer 'wc -l' wc -l "$dir/list"
"$build/tests/bench/bench_filter" "$dir/list"
