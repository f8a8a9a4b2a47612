#!/bin/sh
# Long lists, decisions and pictures beside the programs that are installed:
# time, memory, and how often the peer's time ours takes; then how time grows
# with size.  Figures of this machine; nothing is judged, what is not installed
# is named.
#
#	compare.sh [LINES [MOST]]	MOST: the largest list of the growth table
set -u
export LC_ALL=C
lines=${1:-1000000}
most=${2:-$lines}
build=${builddir:-.}
here=$(dirname "$0")
bench=$build/tests/bench
program=$build/relayadm
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' HUP INT TERM
RELAYADM_DB=$dir/ours.db HOME=$dir
export RELAYADM_DB HOME
missing=
limit=120 # seconds that a run may take
export limit

# shellcheck source=tests/bench/tables.sh
. "$here/tables.sh"

# --- the list -----------------------------------------------------------------

"$bench/make_list" "$lines" >"$dir/list"
grep -v '^#' "$dir/list" | sed 's/ #.*//' >"$dir/plain"
grep -v : "$dir/plain" >"$dir/plain4"
sed 's/$/ OK/' "$dir/plain" >"$dir/cidr"
grep -v / "$dir/plain4" | sort -u | sed 's/$/ OK/' >"$dir/hosts"
{ head -n 1 "$dir/plain4"; echo 10.9.8.7; tail -n +3 "$dir/plain4"; } \
	>"$dir/other4"
cp "$dir/hosts" "$dir/hosts.cdb"
{
	echo 'add table inet bench'
	echo 'add set inet bench s { type ipv4_addr; flags interval; auto-merge; }'
	awk '{ printf "add element inet bench s { %s }\n", $1 }' "$dir/plain4"
} >"$dir/nft"

echo "Lists: $lines lines, $(wc -c <"$dir/list") bytes"
versions iprange grepcidr sqlite3 postconf nft less vim
heading 'in'
measure import -r "$RELAYADM_DB" "$program" import "$dir/list" \
	--into list:long
beside import 'iprange --optimize, IPv4' iprange --optimize "$dir/plain4"
beside import 'iprange, IPv4' iprange "$dir/plain4"
beside import 'grepcidr, loading' grepcidr -f "$dir/plain" "$here/compare.sh"
beside import 'sqlite3 .import, no index' -r "$dir/peer.db" sqlite3 \
	"$dir/peer.db" 'create table t (entry text)' ".import $dir/plain t"
beside import 'sqlite3 .import, indexed' -r "$dir/peer.db" sqlite3 \
	"$dir/peer.db" \
	'create table t (entry text primary key) without rowid' \
	".import $dir/plain t"
beside import 'postmap lmdb, hosts' postmap "lmdb:$dir/hosts"
beside import 'postmap cdb, hosts' postmap "cdb:$dir/hosts.cdb"
beside import 'postmap hash, hosts' postmap "hash:$dir/hosts"
beside import 'postmap -q, loading a cidr table' postmap -q 192.0.2.1 \
	"cidr:$dir/cidr"
beside import 'nft -f, IPv4, in a namespace' -n 1 unshare -rn nft -f "$dir/nft"
beside import 'wc -l' wc -l "$dir/list"

heading 'one entry'
measure edit "$program" list set long entries+=198.51.100.77
measure undo -n 1 "$program" undo
echo "(reading the whole list is in these; the store alone: see above)"

heading 'out'
measure export "$program" export list:long
measure merged "$program" export list:long --merged
beside merged 'iprange --optimize, IPv4' iprange --optimize "$dir/plain4"
beside merged 'wc -l' wc -l "$dir/list"

# --- decisions and differences ------------------------------------------------

"$program" server add internet relay.entries=list:long >/dev/null
"$program" commit -m bench --override open-relay --override wide-relay \
	>/dev/null 2>&1
awk 'NR % 2 { split($1, a, "/"); print a[1] }
	NR % 2 == 0 { print int(NR * 7 % 223) + 1 "." NR % 251 "." NR % 241 "." NR % 239 }' \
	"$dir/plain4" >"$dir/clients"
awk '{ print "internet\t" $1 "\t-\t0\t-\t<user@far.example.net>" }' \
	"$dir/clients" >"$dir/questions"
heading "$(wc -l <"$dir/clients") questions"
measure batch "$program" decide --batch "$dir/questions"
beside batch 'grepcidr' grepcidr -f "$dir/plain" "$dir/clients"
beside batch 'postmap -q -, lmdb, hosts' -i "$dir/clients" postmap -q - \
	"lmdb:$dir/hosts"
beside batch 'postmap -q -, cdb, hosts' -i "$dir/clients" postmap -q - \
	"cdb:$dir/hosts.cdb"
beside batch 'wc -l' wc -l "$dir/questions"

heading 'difference of two policies'
"$program" list set long entries+=198.51.100.78 >/dev/null
measure diff "$program" diff
beside diff 'iprange --diff, IPv4' iprange "$dir/plain4" --diff "$dir/other4"
beside diff 'diff' diff "$dir/plain" "$dir/other4"

# --- pictures -----------------------------------------------------------------

pictures 'a list on a terminal, 80 by 24'
picture relayadm '\e[B' '\e[6~' q -o 'G\r' "$program"
picture less '\e[B' '\e[6~' q less "$dir/plain"
picture 'less -n' '\e[B' '\e[6~' q less -n "$dir/plain"
picture vim '\e[B' '\e[6~' ':q\r' vim -R "$dir/plain"
picture mc '\e[B' '\e[6~' '\e0' mcview "$dir/plain"
picture tig '\e[B' '\e[6~' Q tig -

# --- growth -------------------------------------------------------------------

sizes=
size=10000
while [ "$size" -le "$most" ]; do
	sizes="$sizes $size"
	size=$((size * 10))
done
growth "a list of$sizes lines"
for step in $sizes; do
	"$bench/make_list" "$step" >"$dir/list"
	grow import "$step" -r "$RELAYADM_DB" "$program" import "$dir/list" \
		--into list:long
	grow edit "$step" -n 1 "$program" list set long \
		entries+=198.51.100.77
	"$program" server add internet relay.entries=list:long >/dev/null
	head -n 1 "$dir/questions" >"$dir/question"
	grow 'load, compile, decide' "$step" "$program" decide --batch \
		"$dir/question"
	grow check "$step" "$program" check
	grow 'export --merged' "$step" "$program" export list:long --merged
done
grown

for what in servers routes lists overlaps; do
	growth "a document of $what"
	for step in $((lines / 100)) $((lines / 10)) \
		$([ $what != overlaps ] || echo "$lines"); do
		document $what "$step" >"$dir/document"
		grow load "$step" -n 1 -r "$RELAYADM_DB" "$program" load \
			"$dir/document"
		grow dump "$step" -n 1 "$program" dump
		grow 'compile, decide' "$step" -n 1 "$program" decide --batch \
			"$dir/question"
		grow check "$step" -n 1 "$program" check
		grow commit "$step" -n 1 "$program" commit -m bench \
			--override open-relay --override unreachable-relay \
			--override relay-any-domain
	done
	grown
done

[ -z "$missing" ] || echo "not installed:$missing"
exit 0
