#!/bin/sh
# Whatever text comes from elsewhere - a document, an argument, a list, a log,
# a file's name, the environment, a mail server - reaches no terminal as it is:
# each poison in each place, and all that is printed is read by "clean".  Every
# third poison, and all of them when RELAYADM_POINTS is "all".
set -u
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${builddir:-.}" && pwd)
program=$build/relayadm
clean=$build/tests/tui/clean
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
export LC_ALL=C.UTF-8 TZ=UTC HOME="$dir" RELAYADM_CLOCK=2026-11-24T10:00:00Z
export RELAYADM_DB="$dir/arguments.db"
cd "$dir" || exit 99
n=0 bad=0 runs=0

# look WHAT COMMAND...: what it prints on a terminal is clean, and it ends by
# itself.
look()
{
	what=$1
	shift
	fault=$("$clean" --run "$@")
	got=$?
	runs=$((runs + 1))
	if [ -n "$fault" ] || [ "$got" -ge 126 ]; then
		faults="$faults
$what: exit $got $fault"
	fi
}

verdict()
{
	n=$((n + 1))
	if [ -z "$faults" ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		printf '%s\n' "$faults" | sed 's/^/# /'
		bad=1
	fi
	faults=
}

# The reader itself must find each of them.
faults=
while IFS='	' read -r name bytes json; do
	case $name in \#*) continue ;; esac
	printf 'text %b text\n' "$bytes" >raw
	"$clean" raw >/dev/null && faults="$faults
$name is not found"
done <"$here/poisons.txt"
printf 'plain text, caf\303\251 \346\274\242\n' >raw
"$clean" raw >out || faults="$faults
$(cat out)"
verdict "the reader of this test finds each poison"

# document JSON: a policy with the poison in each text of it.
document()
{
	cat <<END
{ "relayadm": 1,
  "lists": [ { "name": "branches", "comment": "$1", "entries": [
      { "entry": "192.0.2.0/24", "comment": "$1", "owner": "$1",
        "ticket": "$1", "expires": "2026-12-01" },
      "domain:vpn.example" ] } ],
  "servers": [ { "name": "internet", "comment": "$1",
      "listen": [ "0.0.0.0:25" ],
      "relay": { "entries": [ "10.0.0.0/8", "0.0.0.0/1", "list:branches" ] },
      "routing": { "list": [ { "domain": "x.example", "action": "relay",
          "next_hop": "y.example:25" } ] } } ],
  "invariants": [ { "name": "lab", "kind": "never-relays", "comment": "$1",
      "clients": [ "203.0.113.0/24" ] } ],
  "gateways": [ { "name": "mx1", "group": "edge", "comment": "$1",
      "ssh": { "host": "127.0.0.1", "port": 1 }, "servers": [ "internet" ] } ] }
END
}

# Each command that shows something of a policy.
shown="dump --draft
dump
--json list show branches
list show branches
list show branches --sources
server show internet
gateway show mx1
invariant show lab
check
--json check
doctor
diff
--json diff
diff --rev 1
decide internet --client 192.0.2.1 --recipient a@b.example --explain
log
log list branches
--json log
show 1
approve
approve 1 --dry-run
--json approve 1 --dry-run
imports
report
report --format csv
report --format html
report --format json
export branches
export branches --format csv
export branches --format exim
export branches --format json
export branches --format postfix-cidr
export branches --format opensmtpd
export branches --format nftables
export branches --format ipset
render mx1
status mx1
push mx1 --dry-run
push mx1
rollback mx1
undo
redo
revert 1"
echo "$shown" >shown

texts()
{
	db=$dir/$1.db
	document "$3" >"$1.json"
	poison=$(printf '%b' "$2")
	look "$1: load" "$program" --database "$db" load "$1.json"
	if [ "$got" -ne 0 ]; then
		refused="$refused $1"
		document clean >plain.json
		"$program" --database "$db" load plain.json >out 2>&1 ||
			faults="$faults
$1: $(cat out)"
	fi
	look "$1: check" "$program" --database "$db" check
	look "$1: commit" "$program" --database "$db" commit -m "$poison" \
		--override "open-relay=$poison"
	look "$1: commit" "$program" --database "$db" commit -m "$poison" \
		--override open-relay --override invariant-broken
	[ "$got" -eq 0 ] || "$program" --database "$db" commit -m first \
		--override open-relay --override invariant-broken >out 2>&1 ||
		faults="$faults
$1: $(cat out)"
	SUDO_USER=eve "$program" --database "$db" approve 1 -m "$poison" \
		</dev/null >/dev/null 2>&1
	look "$1: approve" "$program" --database "$db" approve --need 1 \
		-m "$poison"
	"$program" --database "$db" list set branches \
		'entries+=198.51.100.0/24' >/dev/null 2>&1
	while read -r line; do
		# shellcheck disable=SC2086
		look "$1: $line" "$program" --database "$db" $line
	done <shown
	verdict "texts of a policy: $1"
}

# Each command with the poison where {} stands.
asked="{}
--{}
--rev {}
help {}
list add {}
list show {}
list set branches comment={}
list set branches owner={}
list set branches entries+={}
list set branches {}=1
server add {}
server add a --preset {}
server set internet listen={}
server set internet relay.mode={}
server set internet routing.list+={}
gateway add mx9 ssh.host={}
gateway set mx1 ssh.user={}
gateway set mx1 ssh.key={}
gateway set mx1 mta={}
gateway set mx1 hold={}
gateway test {}
gateway test mx1
gateway trust mx1 {}
gateway adopt {}
invariant add a kind={}
decide {} --client 192.0.2.1 --recipient a@b.example
decide internet --client {} --recipient a@b.example
decide internet --client 192.0.2.1 --recipient {}
decide internet --client 192.0.2.1 --name {} --recipient a@b.example
decide internet --client 192.0.2.1 --local {} --recipient a@b.example
decide --batch {}
import {} --into branches
import - --into {}
import - --into branches --format {}
import - --into branches --accept {}
import - --into branches --column {}
export {}
export branches --format {}
commit -m {}
commit -m x --override {}
show {}
revert {}
log {} {}
diff --rev {}
diff --at {}
render {}
push {}
push mx1 --jobs {}
rollback {}
rollback mx1 {}
status {}
probe {}
probe {} --yes {}
probe mx1 --to {}
replay {}
replay - --server {}
replay - --usage {}
report --format {}
report --rev {}
keys {}
load {}
dump {}
undo {}"
echo "$asked" >asked

arguments()
{
	poison=$(printf '%b' "$2")
	while read -r line; do
		set --
		for word in $line; do
			case $word in *{}*)
				word=${word%%\{\}*}$poison${word#*\{\}} ;;
			esac
			set -- "$@" "$word"
		done
		look "$name: $line" "$program" "$@"
	done <asked
	look "$name: a database" "$program" --database "no/$poison.db" dump
	look "$name: a log" "$program" log list branches
	verdict "arguments: $name"
}

lists()
{
	p=$(printf '%b' "$2")
		printf '192.0.2.9%b\n%b\n192.0.2.10 # %b\n10.0.0.1/8 %b\n' \
		"$2" "$2" "$2" "$2" >"list $name"
	printf 'address,comment,owner\n192.0.2.11,%b,%b\n%b,x,y\n' \
		"$2" "$2" "$2" >table.csv
	printf '[ { "entry": "192.0.2.12", "comment": "%s" }, "%s" ]\n' \
		"$3" "$3" >list.json
	printf '{"syncToken":"%s","prefixes":[{"ip_prefix":"%s","region":"%s",
"service":"%s"}],"ipv6_prefixes":[]}\n' "$3" "$3" "$3" "$3" >aws.json
	printf 'Name : %b\r\nRemoteIPRanges : {192.0.2.1, %b}\r\nBindings : {%b}\r\n' \
		"$2" "$2" "$2" >exchange.txt
	printf 'v=spf1 ip4:192.0.2.1 include:%b a:%b -all\n' "$2" "$2" >spf.txt
	printf '192.0.2.7/32 OK %b\n%b REJECT\nif %b\n' "$2" "$2" "$2" >cidr
	cp "list $name" "named $p" 2>/dev/null
	for file in "list $name" table.csv list.json aws.json exchange.txt \
		spf.txt cidr "named $p"; do
		look "$1: --dry-run $file" "$program" import "$file" --into \
			branches --skip-bad --dry-run
		look "$1: --json $file" "$program" --json import "$file" \
			--into branches --skip-bad --dry-run
		look "$1: import $file" "$program" import "$file" --into \
			branches --skip-bad
	done
	look "$1: as servers" "$program" import exchange.txt --as-servers
	look "$1: shown" "$program" list show branches --sources
	look "$1: imports" "$program" imports
	# What an import, or any other program, makes of a batch and a log.
	printf 'internet\t%b\t-\t-\t%b\n%b\n' "$2" "$2" "$2" >"batch"
	look "$1: decide --batch" "$program" decide --batch batch
	{
		t='2026-11-20T08:00:00.000000+00:00 mx1 postfix/smtpd[7]:'
		echo "$t connect from ${p}[192.0.2.1]"
		echo "$t NOQUEUE: reject: RCPT from ${p}[192.0.2.1]: 554 5.7.1" \
			"<$p>: $p; from=<$p> to=<$p> proto=ESMTP helo=<$p>"
		echo "$t 4A1: client=${p}[192.0.2.1], sasl_username=$p"
		echo "$p"
	} >log
	look "$1: replay" "$program" replay log
	look "$1: replay --json" "$program" --json replay log --all
	look "$1: replay --usage" "$program" replay log --usage branches
	verdict "lists and logs: $name"
}

# Where a program reads what others set.
surroundings()
{
	p=$(printf '%b' "$2")
	for v in USER LOGNAME SUDO_USER EDITOR RELAYADM_DB RELAYADM_CLOCK \
		RELAYADM_SSH_KEY RELAYADM_THEME RELAYADM_ASCII TERM LC_ALL LANG \
		TZ XDG_CONFIG_HOME XDG_STATE_HOME HOME SSH_AUTH_SOCK; do
		look "$1: $v, a step" /usr/bin/env "$v=$p" "$program" \
			list set branches comment=x
		look "$1: $v, the log" /usr/bin/env "$v=$p" "$program" \
			log list branches
		look "$1: $v, a push" /usr/bin/env "$v=$p" "$program" \
			push mx1
		look "$1: $v, doctor" /usr/bin/env "$v=$p" "$program" doctor
		look "$1: $v, no database" /usr/bin/env "$v=$p" "$program" check
	done
	mkdir -p config/relayadm
	# A mistake ends the reading: one in each file.
	for line in "theme $p" "$p x" "ascii $p" "key $p x y" "key policy $p y" \
		"key policy x $p"; do
		printf '%s\n' "$line" >config/relayadm/config
		look "$1: settings" /usr/bin/env \
			"XDG_CONFIG_HOME=$dir/config" "$program" keys
	done
	verdict "environment and settings: $name"
}

# keys DATABASE: where the console shows texts of a policy.
keys()
{
	cat <<END
record sent
run --database $1
wait Virtual servers
type /lab
quiet 30
type \\e
quiet 60
type G
wait Lists
type j
quiet 30
type \\r
wait List branches
quiet 30
type \\r
wait Single
quiet 30
type \\e
quiet 60
type \\e
wait Detail
type /internet
quiet 30
type \\r
quiet 30
type \\r
quiet 60
type \\e
wait Detail
type \\e
quiet 60
type H
wait newest
type \\r
wait What
type \\e
quiet 60
type \\e
wait Detail
type c
wait Findings
quiet 30
type \\e
wait Detail
type p
wait plain words
quiet 30
type \\e
wait Detail
type U
wait Steps
quiet 30
type \\e
wait Detail
type L
quiet 60
type \\x1b[200~192.0.2.7 # $2\\rx$2\\r\\x1b[201~
quiet 60
END
}

# The console itself, in three terminals by turns.
screens()
{
	poison=$(printf '%b' "$2" | tr -d '\n\r' |
		sed 's/\\/\\\\/g; s/\x1b/\\e/g')
	for term in xterm-256color vt100 linux; do
		turn=$((turn + 1))
		[ $((turn % 4)) -eq 1 ] || continue
		locale=C.UTF-8
		[ "$term" = vt100 ] && locale=C
		keys "$name.db" "$poison" >script
		TERM=$term LC_ALL=$locale "$build/tests/tui/play" "$program" \
			<script >out 2>&1 || faults="$faults
$name: $term: $(cat out)"
		fault=$("$clean" --console sent)
		runs=$((runs + 1))
		[ -z "$fault" ] || faults="$faults
$name: $term: $fault"
	done
	verdict "the console: $name"
}

document clean >plain.json
"$program" load plain.json >/dev/null &&
	"$program" commit -m first --override invariant-broken \
		--override open-relay >/dev/null || exit 99
refused='' turn=0 count=0
while IFS='	' read -r name bytes json; do
	case $name in \#*) continue ;; esac
	count=$((count + 1))
	[ "${RELAYADM_POINTS:-}" = all ] || [ $((count % 3)) -eq 0 ] || continue
	texts "$name" "$bytes" "$json"
	arguments "$name" "$bytes"
	lists "$name" "$bytes" "$json"
	surroundings "$name" "$bytes"
	[ ! -x "$build/tests/tui/play" ] || screens "$name" "$bytes"
done <"$here/poisons.txt"
echo "# $runs runs; refused in a document:${refused:- none}"
echo "1..$n"
exit $bad
