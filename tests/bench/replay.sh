#!/bin/sh
# A log of a million transactions decided anew, beside what only reads it.
# Figures of this machine; nothing is judged.
#
#	replay.sh [TRANSACTIONS]
set -u
export LC_ALL=C
count=${1:-1000000}
bench=${builddir:-.}/tests/bench
program=${builddir:-.}/relayadm
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' HUP INT TERM
RELAYADM_DB=$dir/ours.db HOME=$dir
export RELAYADM_DB HOME
missing=
limit=300
export limit
# shellcheck source=tests/bench/tables.sh
. "$(dirname "$0")/tables.sh"

"$program" server add internet listen=10.9.0.1:25 \
	'routing.list=here.example inbound' relay.entries=10.0.0.0/16 >/dev/null
"$program" commit -m bench >/dev/null
"$bench/make_log" postfix "$count" >"$dir/log"
"$bench/make_log" postfix $((count / 10)) >"$dir/tenth"
gzip -k "$dir/log"
printf 'Logs: %s transactions, %s lines, %s bytes\n' "$count" \
	"$(wc -l <"$dir/log")" "$(wc -c <"$dir/log")"
versions grep rg pflogsumm
heading 'a Postfix log'
measure replay "$program" replay "$dir/log"
beside replay 'grep -c status=sent' -o "$dir/out" grep -c status=sent "$dir/log"
beside replay 'rg -c status=sent' -o "$dir/out" rg -c status=sent "$dir/log"
beside replay 'wc -l' wc -l "$dir/log"
measure gzip "$program" replay "$dir/log.gz"
beside gzip 'zgrep -c status=sent' -o "$dir/out" zgrep -c status=sent "$dir/log.gz"
measure tenth "$program" replay "$dir/tenth"
beside tenth 'pflogsumm' pflogsumm "$dir/tenth"
rm "$dir/log.gz"
"$bench/make_log" postfix "$count" many >"$dir/log"
heading 'a Postfix log of many senders and recipients'
measure replay "$program" replay "$dir/log"
beside replay 'grep -c status=sent' -o "$dir/out" grep -c status=sent "$dir/log"
beside replay 'pflogsumm' pflogsumm "$dir/log"
for mta in exim opensmtpd; do
	"$bench/make_log" $mta "$count" >"$dir/log"
	heading "a log of $mta"
	measure replay "$program" replay --server internet "$dir/log"
	beside replay 'grep -c far' -o "$dir/out" grep -c far "$dir/log"
	beside replay 'wc -l' wc -l "$dir/log"
done
[ -z "$missing" ] || echo "not installed:$missing"
