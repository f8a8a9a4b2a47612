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
same 'the list as it was' "$(run export list:a | wc -l)" 5
echo "1..$n"
exit $bad
