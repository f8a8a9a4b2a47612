#!/bin/sh
# Open, half open and closed servers are told apart, and servers that misbehave
# do no harm: each has its message, and an end.
set -u
program=${builddir:-.}/relayadm
serve=${builddir:-.}/tests/tui/smtp_serve
dir=$(mktemp -d) || exit 99
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$dir"' EXIT
export RELAYADM_DB="$dir/policy.db" HOME="$dir"
cd "$dir" || exit 99
n=0 bad=0

# ok WHAT COMMAND...
ok()
{
	what=$1
	shift
	n=$((n + 1))
	if "$@"; then
		echo "ok $n - $what"
	else
		echo "not ok $n - $what"
		cat out errors 2>/dev/null | head -20 | cat -v | sed 's/^/# /'
		bad=1
	fi
}

has() { grep -qF -e "$2" "$1"; }

# begin WAY [ADDRESS]: the server; its place is in $place.
begin()
{
	[ -z "$server" ] || kill "$server"
	: >port
	"$serve" "$@" >port &
	server=$!
	tries=0
	while [ ! -s port ] && [ $tries -lt 50 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	case ${2:-} in
	::1) place="[::1]:$(cat port)" ;;
	*) place=127.0.0.1:$(cat port) ;;
	esac
}

# probe STATUS OPTION...
probe()
{
	want=$1
	shift
	timeout 100 "$program" probe "$place" --rate 100000 --yes "$place" \
		"$@" >out 2>errors </dev/null
	got=$?
	ok "$way: exit $want" [ $got -eq "$want" ]
}

# The server's WAY, the exit status, what is said.
for row in 'closed|0|  CLOSED' 'open|1|  OPEN RELAY' \
	'percent|1|  ACCEPTED percent, after EHLO' \
	'auth|1|  ACCEPTED plain, after a log-in that failed' \
	'catchall|1|  NOT PROVEN' 'later|1|  NOT PROVEN' 'nullmx|1|  NOT PROVEN' \
	'no|0|  554 go away' 'noise|4|does not begin with a code' \
	'long|4|a line of its answer is too long' \
	'codes|4|have several codes' 'hangup|4|it hung up' \
	'many|4|more than 100 lines' 'escapes|0|  CLOSED' \
	'mute|0|takes no mail for <postmaster>' 'pieces|0|  CLOSED' \
	'early|1|in clear after it agreed to TLS' \
	'badtls|1|starttls: TLS does not come about' \
	'tired|0|  CLOSED'; do
	way=${row%%|*}
	rest=${row#*|}
	begin "$way"
	probe "${rest%%|*}"
	ok "$way: says ${rest#*|}" has out "${rest#*|}"
	ok "$way: nothing that a terminal obeys" \
		[ "$(LC_ALL=C tr -d '\n\t -~' <out | wc -c)" -eq 0 ]
done
# --- servers that keep one waiting -----------------------------------------------
for way in silent drip; do
	begin $way
	began=$(date +%s)
	probe 4 --seconds 3
	ok "$way: says so" has out 'it does not answer in time'
	ok "$way: and takes no longer than was said" \
		[ $(($(date +%s) - began)) -le 6 ]
done

# --- half open ---------------------------------------------------------------------
begin percent
probe 1
ok "percent: the form and nothing else is named" has out \
	'  accepted: percent; ehlo, helo, silent, '
begin auth
probe 1 --json
ok "auth: only that moment is open" [ "$(grep -A12 '"verdict": "accepted"' out |
	grep -c moment)" = "$(grep -B5 '"verdict": "accepted"' out |
	grep -c failed-auth)" ]
ok "auth: every form there is" \
	[ "$(grep -c '"verdict": "accepted"' out)" -eq 25 ]
ok "auth: the seven tests of Q304897 are marked" [ "$(grep '"source"' out |
	sort -u | grep -c Q304897)" -eq 3 ]
begin catchall
probe 1
ok "catchall: what may be a mailbox proves nothing" has out \
	'takes any mailbox of its own domain'
ok "catchall: nothing is called accepted" [ "$(grep -c ACCEPTED out)" -eq 0 ]
ok "catchall: the rest is refused" has out \
	'  350 recipients: 65 refused 260 untold 25 unasked'
probe 1 --deliver me@mine.example
ok "catchall: but mail may go off and tell" has out \
	'if it arrives the server relays'
begin closed ::1
way=ipv6
probe 0
ok "ipv6: its literal has the tag" sh -c "'$program' probe '$place' --yes \
	'$place' --rate 100000 --all >all; grep -qF '@[IPv6:::1]' all"

# --- whose server --------------------------------------------------------------------
begin closed
timeout 60 "$program" probe "$place" >out 2>errors </dev/null
ok "without its name typed again nothing is asked" [ $? -eq 1 ]
ok "and it says how" has errors "--yes $place"
timeout 60 "$program" probe "$place" --yes 127.0.0.1 >out 2>errors </dev/null
ok "another name is not its name" [ $? -eq 1 ]

# --- delivery --------------------------------------------------------------------------
begin open
way=deliver
probe 1 --deliver me@mine.example --json
ok "deliver: five messages at most" [ "$(grep -c '"token": "[0-9a-f]\{32\}"' out)" \
	-eq 5 ]

# --- Ctrl-C --------------------------------------------------------------------------
begin closed
timeout -s INT 2 "$program" probe "$place" --yes "$place" --rate 10 \
	>out 2>errors </dev/null
ok "Ctrl-C: what was asked is told" has out '  stopped before all was asked'
ok "Ctrl-C: and proves nothing" has out '  NOT PROVEN'

# --- a gateway ------------------------------------------------------------------------
begin open
"$program" server add internet "listen=$place" relay.entries+=192.0.2.0/24 \
	'routing.list=corp.example inbound,spam.example reject' \
	>/dev/null &&
	"$program" gateway add mx1 ssh.host=127.0.0.1 servers=internet \
		>/dev/null && "$program" commit -m x >out 2>errors
place=mx1 way=gateway
timeout 100 "$program" probe mx1 --rate 100000 >out 2>errors </dev/null
ok "a gateway needs no name twice" [ $? -eq 1 ]
ok "it disagrees with the policy" has out '  DISAGREES <relayadm-probe@spam.example>'
ok "both sides are named" has out \
	'the policy: reject-recipient by row 3, routing list: reject: spam.example'
ok "and the other" has out 'the server: accepted at rcpt: 250 2.1.5 ok'
ok "and what is likely" has out 'likely because nothing was pushed to it yet'
ok "what the policy allows is no finding" has out \
	"the policy's own decisions: 10 asked, 10 told, 7 disagree"
echo "1..$n"
exit $bad
