#!/bin/sh
# Many commands as one transaction: all of them, or none; others see nothing of it
# before its end.
set -u
program=$(cd "${builddir:-.}" && pwd)/relayadm
tap=$(cd "${srcdir:-.}" && pwd)/tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
export RELAYADM_DB="$dir/policy.db" HOME="$dir" SUDO_USER=anna
cd "$dir" || exit 99
# shellcheck source=tests/tap.sh
. "$tap"

r() { "$program" "$@" >out 2>errors; }
said() { grep -qF -e "$1" out errors; }
# ends STATUS LINES...: a batch of these lines
ends()
{
	want=$1
	shift
	printf '%s\n' "$@" >lines
	"$program" batch lines >out 2>errors
	[ $? -eq "$want" ]
}
state() { "$program" dump --draft; "$program" log; "$program" imports; }
keep() { state >kept 2>&1; }
same() { state 2>&1 | cmp -s - kept; }

r server add internet listen=10.9.0.1:25
r commit -m first
printf '198.51.100.0/24\n203.0.113.7\n' >addresses

check 'all of them' ends 0 '# the new printer' '' \
	"list add printers 'comment=on the \"second\" floor' entries=192.0.2.17" \
	'import addresses --into list:printers' \
	'server set internet relay.entries+=list:printers' \
	'decide internet --client 192.0.2.17 --recipient a@far.example' \
	'check --json' 'commit -m "the new printer"'
r log
check 'are stored' said 'the new printer'
r show 2
check 'with what they brought' said '198.51.100.0/24'
r diff
check 'and committed' said '0 clients gain, 0 lose'

keep
check 'a word that is wrong' ends 2 'list set printers entries+=192.0.2.18' \
	'server sett internet comment=x'
check '... is told with its line' said 'relayadm: nothing was changed: lines: line 2: '
check '... and nothing of it is there' same
check 'a name that is unknown' ends 6 'import addresses --into list:printers' \
	'list set printers entries+=192.0.2.18' 'list remove nobody'
check '... leaves nothing, no import either' same
check 'an answer that is no' ends 1 'list set printers entries+=192.0.2.18' \
	'decide internet --client 192.0.2.99 --recipient a@far.example' \
	'commit -m never'
check '... is one' said 'line 2: the answer is no'
check '... and ends it before the commit' same
check 'an open relay' ends 1 'server set internet relay.mode=all-except' \
	'commit -m open'
check '... stays out of the draft, too' same
check 'a second commit that fails takes the first with it' ends 6 \
	'list set printers entries+=192.0.2.18' 'commit -m one' \
	'server remove nobody'
check '... out of the log' same
check 'what is not closed' ends 2 'list set printers "entries+=192.0.2.18'
check '... is no words' same

for line in 'push --all' 'status' 'gateway trust mx1' 'gateway --json test mx1' \
	'probe 10.9.0.1' 'backup copy' 'restore copy' 'verify' 'batch lines' \
	'render mx1' 'replay log' 'import addresses --resolve --into list:printers' \
	'decide internet --lookup --client 10.1.1.1 --recipient a@b.example'; do
	check "refused: $line" ends 2 'list set printers entries+=192.0.2.18' \
		"$line"
	check '... by its name' said 'not like this in a batch'
	check '... with all before it' same
done
check 'no command at all' ends 2 'frobnicate'
check '... is said' said 'no such command'
check 'a gateway may be called like a verb' ends 0 \
	'gateway add trust ssh.host=192.0.2.9 servers+=internet' \
	'gateway show trust' 'undo'
keep

printf 'list set printers entries+=192.0.2.18\r\ncommit -m "by hand"' >windows
r batch windows --dry-run
check 'tried only' said 'dry run: nothing was changed'
check '... it changes nothing' same
r batch - <windows
check 'from standard input, without a last line end' eval \
	'r log; said "by hand"'
keep
: >nothing
r batch nothing
check 'of nothing' same
r batch missing
check 'a file that is not there' said 'missing'
"$program" --readonly batch windows >out 2>errors
check 'where nothing may be written' same
r --json batch missing
check 'the error as JSON' said '"message"'

# While it goes on nobody sees half of it, and who writes is told.
{
	echo 'list set printers entries+=192.0.2.66'
	i=0
	while [ $i -lt 400 ]; do
		echo "list add l$i entries=10.0.$((i / 250)).$((i % 250))"
		i=$((i + 1))
	done
} >many
"$program" batch many >/dev/null 2>&1 &
pid=$!
wrong=
while kill -0 $pid 2>/dev/null; do
	lists=$("$program" dump --draft | grep -c '"name": "l[0-9]*"')
	case $lists in
	0|400) ;;
	*) wrong="$wrong $lists" ;;
	esac
done
wait $pid
check 'others see none of it, or all' eval '[ -z "$wrong" ] &&
	[ "$("$program" dump --draft | grep -c "\"name\": \"l[0-9]*\"")" -eq 400 ]'
r undo
check 'each is a step' eval '[ "$("$program" dump --draft |
	grep -c "\"name\": \"l[0-9]*\"")" -eq 399 ]'
r verify
check 'and the database is whole' said 'sound'
finish
