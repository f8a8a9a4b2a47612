#!/bin/sh
# import --resolve: what an SPF record leaves to DNS is taken from a server, and
# the import's record says so.
set -u
program=$(cd "${builddir:-.}" && pwd)/relayadm
dir=$(mktemp -d) || exit 99
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$dir"' EXIT
export RELAYADM_DB="$dir/policy.db" HOME="$dir" SUDO_USER=anna
export RELAYADM_CLOCK=2026-01-02T03:04:05Z
n=0 bad=0

# same WHAT GOT WANTED
same()
{
	n=$((n + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $n - $1"
		return
	fi
	echo "not ok $n - $1"
	printf 'got:\n%s\nwanted:\n%s\n' "$2" "$3" | sed 's/^/# /'
	bad=1
}

run()
{
	"$program" "$@" 2>&1
	echo "exit $?"
}

"${builddir:-.}/tests/tui/dns_serve" >"$dir/server" || exit 99
read -r server port <"$dir/server"

cd "$dir" || exit 99
echo 'v=spf1 ip4:10.0.0.1 include:one.example ?all' >spf.txt
same 'unasked' "$(run import spf.txt --into list:a --dry-run |
	grep -E 'needs DNS|asked|exit')" \
	'relayadm: spf.txt: line 1 is left out: needs DNS: the record of one.example (dig +short TXT) can be imported, too
exit 0'
same 'asked' "$(run import spf.txt --into list:a \
	--resolver "127.0.0.1:$port" | grep -E 'list:a|exit')" \
	'list:a: 0 entries before, 4 now; next: relayadm check
exit 0'
same 'what came' "$(run export list:a)" \
	'10.0.0.1
192.0.2.1  # include:one.example a:one.example
198.51.100.0/24  # include:one.example
2001:db8::1  # include:one.example a:one.example
exit 0'
same 'the record' "$(run imports --json | grep -o '"options": "[^"]*"')" \
	"\"options\": \"--resolver 127.0.0.1:$port (asked DNS for TXT one.example, A one.example, AAAA one.example)\""
same 'the same again' "$(run import spf.txt --into list:a --refresh \
	--resolver "127.0.0.1:$port" | grep -E 'list:a|exit')" \
	'list:a: 4 entries before, 4 now; nothing had to be changed
exit 0'

echo 'v=spf1 ip4:10.0.0.2 include:servfail.example -all' >bad.txt
same 'a failing server' "$(run import bad.txt --into list:a \
	--resolver "127.0.0.1:$port" | sed 's/.*TXT of/TXT of/' |
	grep -E 'TXT of|bad line|exit')" \
	'TXT of servfail.example: DNS server returned general failure
relayadm: bad.txt: 1 bad line, nothing was imported; mend them or say --skip-bad
exit 6'
same 'no server there' "$(run import bad.txt --into list:a \
	--resolver 127.0.0.1:1 | sed 's/.*TXT of/TXT of/' | grep 'TXT of')" \
	'TXT of servfail.example: no server answers, or none can tell'
same 'no address' "$(run import bad.txt --into list:a --resolver ns.example)" \
	"relayadm: --resolver: 'ns.example' is no address of a DNS server; write ADDRESS or ADDRESS:PORT, IPv6 in brackets
exit 2"
same 'of whole servers' "$(run import spf.txt --as-servers --resolve |
	tail -n 1)" 'exit 2'
same 'nothing to ask' "$(printf '192.0.2.1\n' |
	run import - --into list:b --resolve --format plain | grep -E 'DNS|exit')" \
	'relayadm: -: --resolve: nothing in it is left to DNS
exit 0'
# Who may relay by its host name.
"$program" server add names listen=192.0.2.250:25 \
	relay.entries+=domain:one.example >/dev/null

# who ADDRESS [OPTION...]
who()
{
	client=$1
	shift
	run decide names --client "$client" --recipient u@far.example \
		--resolver "127.0.0.1:$port" "$@"
}
refused='deny-relay
row 10: relay restrictions (by default)
exit 1'
relayed='accept-relay
row 10: relay restrictions: domain:one.example
exit 0'
same 'a second name leads back' "$(who 192.0.2.1)" \
	"relayadm: 2 names: a mail server may look at another one of them
relayadm: nx.example has no address, not 192.0.2.1: not verified
relayadm: one.example leads back to 192.0.2.1: verified
$relayed"
same 'of IPv6, too' "$(who 2001:db8::1 | grep -v 'names:\|nx.example')" \
	"relayadm: one.example leads back to 2001:db8::1: verified
$relayed"
same 'a name that somebody gave himself' "$(who 192.0.2.2)" \
	"relayadm: one.example has 192.0.2.1, not 192.0.2.2: not verified
$refused"
same 'a name without address' "$(who 192.0.2.3)" \
	"relayadm: nx.example has no address, not 192.0.2.3: not verified
$refused"
same 'no name' "$(who 192.0.2.9)" \
	"relayadm: no name: DNS has no PTR of 9.2.0.192.in-addr.arpa
$refused"
same 'more names than are followed' "$(who 192.0.2.10 | sort -u)" \
	"$(printf '%s\n' 'relayadm: 10 names: a mail server may look at another one of them' \
		'relayadm: 2 more names were not followed' \
		'relayadm: nx.example has no address, not 192.0.2.10: not verified' \
		"$refused" | sort -u)"
same 'DNS does not tell it' "$(who 192.0.2.4)" \
	'relayadm: --lookup: DNS does not tell PTR of 4.2.0.192.in-addr.arpa: DNS server returned general failure
exit 4'
same 'nor where it leads' "$(who 192.0.2.5)" \
	'relayadm: --lookup: DNS does not tell A of servfail.example: DNS server returned general failure
exit 4'
same 'no name at all' "$(who 192.0.2.6 | tr -d ' -~\n' | wc -c)" 0
same 'with why' "$(who 192.0.2.1 --explain | grep -c '^relayadm:\|one.example')" 5
same 'two names' "$(who 192.0.2.1 --name a.example | tail -n 1)" 'exit 2'
same 'no address' "$(who 192.0.2 | tail -n 1)" 'exit 6'
same 'the list as it was' "$(run export list:a | wc -l)" 5
echo "1..$n"
exit $bad
