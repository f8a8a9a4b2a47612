#!/bin/sh
# The commands as a script meets them: outputs, exit statuses, messages.
set -u
program=${builddir:-.}/relayadm
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
export RELAYADM_DB="$dir/policy.db" HOME="$dir"
cd "$dir" || exit 99
n=0 bad=0

# want STATUS COMMAND...: keeps output in $out, errors in $errors.
want()
{
	wanted=$1
	shift
	"$@" >out 2>errors </dev/null
	got=$?
	tell "exit $wanted: $(echo "$*" | sed "s|$program|relayadm|" | head -c 100)" \
		[ "$got" -eq "$wanted" ]
}

tell()
{
	what=$1
	shift
	n=$((n + 1))
	if "$@"; then
		echo "ok $n - $what"
	else
		echo "not ok $n - $what"
		sed 's/^/# out: /' out | head -5
		sed 's/^/# err: /' errors | head -5
		bad=1
	fi
}

says() { tell "says: $1" grep -qF -e "$1" out errors; }
r() { "$program" "$@"; }

# --- help ---------------------------------------------------------------------
want 0 r import --help
says 'usage: relayadm import FILE|-'
want 0 r server -h
says 'usage: relayadm server add'
want 0 r list show --help
says 'usage: relayadm list add'
want 0 r --help
says 'Commands:'
want 2 r list add --preset --help

# --- objects ---------------------------------------------------------------
want 0 r server add internet --preset standard listen=127.0.0.1:2525
want 6 r server add internet
says 'there is a server internet already'
want 6 r server add 'in ternet'
want 2 r server add other --preset none
want 0 r server set internet relay=192.0.2.0/24,10.0.0.0/8 relay+=domain:vpn.example.com
want 6 r server set internet relay+=192.0.2.1/24
says '192.0.2.1/24 has bits set behind the prefix'
want 6 r server set internet never+=domain:x.example
says 'only addresses can stand here'
want 0 r server set internet 'routing=corp.example inbound,#partner.example relay mail.partner.example:25,spam.example reject'
want 6 r server set internet relay.mode=some
says 'only, all-except'
want 2 r server set internet colour=red
want 6 r server set missing relay.mode=only
want 0 r server show internet
says '"192.0.2.0/24"'

# --- decisions ---------------------------------------------------------------
want 0 r decide internet --client 192.0.2.7 --recipient a@far.example
says 'accept-relay'
says 'row 10: relay restrictions: 192.0.2.0/24'
want 1 r decide internet --client 198.51.100.1 --recipient a@far.example
says 'deny-relay'
want 0 r decide internet --client 198.51.100.1 --recipient a@sub.corp.example
says 'accept-inbound'
want 1 r decide internet --client 198.51.100.1 --recipient a@x.spam.example
says 'reject-recipient'
want 1 r decide internet --client 198.51.100.1 --recipient 'u%far.example@corp.example'
want 0 r decide internet --client 198.51.100.1 --authenticated --recipient a@far.example
want 0 r decide internet --client 198.51.100.1 --name h.vpn.example.com --recipient a@far.example
want 6 r decide internet --client 1.2.3 --recipient a@far.example
want 6 r decide nobody --client 1.2.3.4 --recipient a@far.example
want 2 r decide internet --client 1.2.3.4
printf 'internet\t192.0.2.7\t-\t0\t-\ta@far.example\nnonsense\ninternet\t198.51.100.1\t-\t0\t127.0.0.1:25\t<postmaster>\n' >questions
want 0 r decide --batch questions
tell 'the batch answers in its lines' test "$(cut -f1 out | tr '\n' ' ')" = 'accept-relay error accept-inbound '
tell 'row and entry stand behind' test "$(sed -n 1p out)" = "$(printf 'accept-relay\t10\t192.0.2.0/24')"

# A server unknown after one that is known, a NUL, an end without a newline.
printf 'internet\t192.0.2.7\t-\t0\t-\ta@b\nnone\t192.0.2.7\t-\t0\t-\ta@b\ninternet\t192.0.2.7\t-\t0\t-\ta\000@b\r\ninternet\t192.0.2.7\t-\t0\t-\ta@b' >questions
want 0 r decide --batch questions
tell 'a bad line does not harm the next' test "$(cut -f1 out | tr '\n' ' ')" = 'accept-relay error error accept-relay '
: >questions
want 0 r decide --batch questions
tell 'no line, no answer' test ! -s out

want 0 r decide internet --client 192.0.2.7 --recipient a@far.example --explain
says 'accept-relay by row 10, relay restrictions: 192.0.2.0/24'
says '   9  log-on lets relay      not logged on'
says 'To change it: add 192.0.2.7 to never: 1 IPv4 address loses'
says 'from: by hand: '
says '(set server internet)'
want 1 r decide internet --client 203.0.113.7 --recipient a@far.example --explain --json
says '"looked": "not listed"'
says '"text": "add 203.0.113.7 to relay: 1 IPv4 address gains"'
want 2 r decide --batch - --explain

# --- lists --------------------------------------------------------------------
printf '\357\273\277# list\r\n192.0.2.1\r\n10.1.0.0 255.255.0.0 ; branch\r\n2001:db8::/32 # six\n192.0.2.1\n198.51.100.4-198.51.100.9' >list
want 0 r import list --into list:branches --dry-run
want 6 r list show branches
want 0 r import list --into list:branches
says '6 lines read as plain: 4 new, 0 known, 1 twice in the file, 0 bad'
want 0 r export list:branches
cp out exported
says '10.1.0.0/16  # branch'
want 0 r import exported --into list:again
want 0 r export list:again
tell 'what was exported imports equal' cmp -s out exported
want 0 r export list:branches --merged
says '198.51.100.8/31'
printf '192.0.2.9\n10.0.0.300\n1.2.3.4/8\n' >broken
want 6 r import broken --into list:branches
says 'line 2: 300 is over 255'
says 'line 3: 1.2.3.4/8 has bits set behind the prefix'
want 0 r export list:branches
tell 'a bad line leaves the list alone' cmp -s out exported
want 0 r import broken --into list:branches --skip-bad --rejects rejects
tell 'the rejects are kept' grep -q '^10.0.0.300$' rejects
want 0 r undo
says 'undone: import broken into list:branches'
want 0 r import list --into list:branches --remove
want 0 r export list:branches
tell 'removed' test ! -s out
want 0 r undo
ln -s list link
want 6 r import link --into list:branches
says 'symbolic link'
mkfifo pipe
want 6 r import pipe --into list:branches
want 6 r import /dev/zero --into list:branches
want 6 r import "$dir" --into list:branches
want 6 r import missing --into list:branches
want 2 r import list
want 6 r import list --into server:internet

# --- imports are judged -------------------------------------------------------
want 0 r server add edge --preset standard relay=192.0.2.0/24
printf '# head\n4.0.0.0/15\n10.1.2.3\n192.0.2.7\n0.0.0.0/0\n8.8.8.0/25\n8.8.8.1\n8.8.8.1\n10.0.0.0/8\n' >judged
want 6 r import judged --into server:edge/relay --strict
says 'line 2: 4.0.0.0/15 (131,072 addresses) is held: wider than /16'
says 'line 3: 10.1.2.3 (1 address) is held: private or reserved, and the Internet'
says 'line 5: 0.0.0.0/0 (4,294,967,296 addresses) is held: every IPv4 address'
says 'line 9: 10.0.0.0/8 (16,777,216 addresses) is held: wider than /16; private'
says '4 lines are held, nothing was imported; if that is meant say --accept wide,private,everybody'
tell 'held lines come in order' test "$(sed -n 's/.*line \([0-9]*\):.*/\1/p' errors | tr '\n' ' ')" = '2 3 5 9 '
want 6 r import judged --into server:edge/relay --strict --accept wide --accept everybody
says 'say --accept private'
want 6 r import judged --into server:edge/relay --strict --dry-run --rejects held
tell 'the guess comes first' test "$(sed -n 1p out)" = 'read as plain because one entry a line; say --format to override'
says '9 lines read as plain: 3 new (2 of them inside another), 0 known, 1 twice in the file, 0 bad, 4 held'
want 0 r export server:edge/relay
tell 'nothing was imported' test "$(cat out)" = 192.0.2.0/24
tell 'held lines are among the rejects' test "$(grep -c '^# line .*: held: ' held)" = 4
tell 'as they stand in the file' grep -qx '4.0.0.0/15' held
want 0 r import judged --into server:edge/relay --strict --skip-held --dry-run
says 'GAINS relay: 128 IPv4 addresses'
says 'widest:  line 6        8.8.8.0/25   128 addresses'
says '1 entries before, 4 after (nothing was changed)'
want 0 r import judged --into server:edge/relay --strict --skip-held --dry-run --json
says '"why": "one entry a line"'
says '"inside": "192.0.2.0/24"'
says '"first": 7'
says '"gains"'
want 0 r import judged --into server:edge/relay --strict --accept wide,private,everybody --dry-run
says 'OPEN after'
want 0 r import judged --into server:edge/relay --strict --accept private,everybody --widest 8
want 0 r undo
want 0 r import judged --into server:edge/never --accept everybody
want 0 r undo
want 2 r import judged --into server:edge/relay --strict --accept all
says "'all' is none of: wide, private, cloud, everybody"
want 2 r import judged --into server:edge/relay --strict --widest 33
want 2 r import judged --into server:edge/relay --strict --widest 8,
want 2 r import judged --into server:edge/relay --strict --widest 8,129
want 2 r import judged --into server:edge/relay --strict --port 0
want 0 r import --list-formats
says 'plain              read  write  one entry a line'
want 0 r import --list-formats --json
want 6 r import judged --into server:edge/routing --skip-held
says 'a routing list holds domains'
want 0 r server remove edge

# What a script imports is held up by what no list of clients should hold.
printf '10.0.0.0/8\n2.160.0.0/12\n2003::/19\n' >usual
want 0 r server add wan listen=0.0.0.0:2599
want 0 r import usual --into server:wan/relay
says '16,777,216 IPv4 addresses are private or reserved'
printf '0.0.0.0/1\n2000::/3\n0.0.0.0/0\n::/0\n' >whole
want 6 r import whole --into server:wan/relay
says '4 lines are held'
want 0 r server remove wan

# --- rows for a routing list ----------------------------------------------------
want 0 r server add rt --preset standard listen=127.0.0.1:2527
printf 'corp.example inbound\nlab.example reject\ncorp.example inbound\n' >rows
want 0 r import rows --into server:rt/routing --format domains
says '2 new, 0 known, 1 twice in the file'
printf 'corp.example reject\nnew.example relay mx.example:25\nnew.example inbound\n' >rows2
want 6 r import rows2 --into server:rt/routing --format domains
says 'line 1: corp.example is reject here and inbound in the list already; replace the list, or remove the row first'
says 'line 3: new.example is inbound here and relay mx.example:25 on line 2; a domain has one row'
want 0 r import rows2 --into server:rt/routing --format domains --replace --skip-bad
says 'server:rt/routing: 2 rows before, 2 come, 2 go, 2 now'
want 0 r import rows2 --into server:rt/routing --format domains --remove --skip-bad
want 0 r export server:rt/routing
tell 'no row is left' test ! -s out
want 6 r import rows --into list:rows --format domains
says 'rows for a routing list; they go into server:NAME/routing'
want 0 r server remove rt

# --- what is noted beside an entry ----------------------------------------------
main_db=$RELAYADM_DB
RELAYADM_DB=$dir/notes.db
want 0 r list add temp 'entries=8.8.8.8;comment=guest;owner=ana;ticket=T-1;expires=2026-02-01,9.9.9.9;expires=2026-12-31'
want 0 r list show temp
says '{ "entry": "8.8.8.8", "comment": "guest", "owner": "ana", "ticket": "T-1", "expires": "2026-02-01" }'
says '{ "entry": "9.9.9.9", "expires": "2026-12-31" }'
want 0 r list set temp entries+=9.9.9.9
want 0 r list show temp
says '"expires": "2026-12-31" }'
want 6 r list set temp 'entries+=9.9.9.9;expires=2026-02-30'
says 'there is no day 2026-02-30'
want 6 r list set temp 'entries+=9.9.9.9;until=2026-02-20'
says "'until=2026-02-20': what is noted is comment=, owner=, ticket= or expires=YYYY-MM-DD"
want 0 r server add guests --preset standard relay=list:temp listen=127.0.0.1:2526
want 0 r server set guests 'never+=7.7.7.7;expires=2026-01-31'
clock() { shift_to=$1; shift; RELAYADM_CLOCK=${shift_to}T12:00:00Z "$program" "$@"; }
want 0 clock 2026-02-01 decide guests --client 8.8.8.8 --recipient a@far.example
want 1 clock 2026-02-02 decide guests --client 8.8.8.8 --recipient a@far.example
want 1 clock 2026-01-31 decide guests --client 7.7.7.7 --recipient a@far.example
want 0 clock 2026-01-02 check temp
says 'expires-soon'
says '8.8.8.8 counts until 2026-02-01'
want 0 clock 2026-02-02 check temp guests
says '8.8.8.8 expired on 2026-02-01 and goes at the next commit'
says '7.7.7.7 (never) expired on 2026-01-31 and goes at the next commit; it kept somebody out'
want 0 clock 2026-01-02 commit -m 'with guests'
want 1 clock 2026-02-02 diff
says 'LOSES relay: 1 IPv4 address'
says 'list:temp: 8.8.8.8 expired on 2026-02-01'
want 0 clock 2026-02-02 commit -m 'guests left'
says 'dropped from the draft:'
says 'server:guests/never: 7.7.7.7 expired on 2026-01-31'
want 0 r list show temp
tell 'it is gone from the draft' sh -c '! grep -q 8.8.8.8 out'
want 0 r undo
says 'undone: drop what has expired: 2'
want 1 clock 2026-03-01 commit -m 'once more'
says 'nothing has changed since revision 2'
RELAYADM_DB=$main_db

# --- where entries come from ----------------------------------------------------
printf '8.8.8.0/25\n8.8.8.1\n9.9.9.9\n' >a.txt
printf '8.8.8.1\n7.7.7.7\n' >b.txt
want 0 r import a.txt --into list:src
says 'import #'
want 0 r import b.txt --into list:src --comment 'from b'
want 0 r list set src entries+=1.1.1.1 entries-=9.9.9.9
want 0 r list set src entries+=9.9.9.9
want 0 r list show src --sources
tell 'an import is named' grep -qE '^8.8.8.0/25 +import #[0-9]+ a.txt by ' out
tell 'what two sources have is the first one'"'"'s' grep -qE '^8.8.8.1 +import #[0-9]+ a.txt' out
tell 'by hand' grep -qE '^1.1.1.1 +by hand: .*\(set list src\)' out
tell 'removed and added again by hand is by hand' grep -qE '^9.9.9.9 +by hand' out
want 0 r list show src --sources --json
says '"source": "b.txt"'
printf '8.8.4.4\n9.9.9.9\n' >a.txt
want 0 r import a.txt --into list:src --refresh --dry-run
says '  + 8.8.4.4'
says '  - 8.8.8.0/25'
tell 'what another source has stays' sh -c '! grep -q 8.8.8.1 out'
says '5 entries before, 1 come, 1 go, 5 after (nothing was changed)'
want 0 r import a.txt --into list:src --refresh --json
says '"go": ['
want 0 r import a.txt --into list:src --refresh
says 'nothing had to be changed'
want 0 r imports list:src
tell 'the refresh is the newest' sh -c 'sed -n 1p out | grep -q "refresh a.txt  list:src  +1 -1  (2 lines, plain, sha256 "'
want 0 r undo
says 'undone: refresh from a.txt into list:src: 1 came, 1 went'
want 0 r imports list:src
tell 'what was undone does not count' test "$(wc -l <out)" = 2
want 0 r imports
tell 'and is told where all are' grep -q 'undone$' out
want 0 r imports --json
want 1 r import b.txt --into list:src --refresh --source c.txt
says 'list:src: never had c.txt as a source; --source names one of: b.txt, a.txt'
want 1 r import b.txt --into list:branches --refresh --source c.txt
want 6 r import b.txt --into server:edge/routing --refresh
want 0 r import b.txt --into list:src --source feed
want 0 r import b.txt --into list:src --remove --source feed
want 1 r import b.txt --into list:src --refresh --source feed
want 0 r list remove src

# --- whole servers are imported -------------------------------------------------
samples=${srcdir:-.}/tests/store/formats
want 0 r import "$samples/exchange-list.txt" --as-servers --dry-run
says 'server Relay-for-printers: new'
says 'GAINS relay: 416 IPv4 addresses'
says '3 servers read as exchange; nothing was changed'
want 6 r decide Relay-for-printers --client 10.20.30.11 --recipient a@far.example
want 0 r import "$samples/exchange-list.txt" --as-servers
says 'line 40: ExchangeServers: permission group ExchangeServers: other'
want 0 r decide Relay-for-printers --client 10.20.30.11 --recipient a@far.example
want 1 r decide Relay-for-printers --client 10.20.30.41 --recipient a@far.example
want 0 r import "$samples/exchange-list.txt" --as-servers
says 'nothing to change: the draft has these servers'
want 0 r undo
says 'exchange-list.txt as servers'
want 0 r import "$samples/exchange.csv" --as-servers --service 'relay for printers' --json
says '    "Relay-for-printers"'
want 0 r undo
want 0 r import "$samples/exchange5.reg" --as-servers
says 'server ims: new'
want 1 r decide ims --client 10.4.0.1 --recipient a@far.example
want 0 r server set ims routing.reroute=true
want 0 r decide ims --client 10.4.0.1 --recipient a@far.example
want 1 r decide ims --client 10.4.9.9 --recipient a@far.example
want 0 r undo
want 0 r undo
printf 'RelayIpList : null\n' >null
want 6 r import null --as-servers
says 'say --null-means closed or --null-means open'
want 2 r import null --as-servers --null-means maybe
want 0 r import null --as-servers --null-means closed --dry-run
want 0 r import "$samples/smtpsvc.txt" --as-servers --dry-run
says 'server Default-SMTP-Virtual-Server: new'
want 6 r import list --as-servers
says 'has no whole servers; those that have: adsi, exchange, registry'
want 2 r import list --as-servers --into list:x
printf 'Name : x\nRemoteIPRanges : {10.0.0.1, y}\n' >connector
want 6 r import connector --as-servers
says '1 values are wrong, nothing was imported'
want 0 r import connector --as-servers --skip-bad --dry-run
cat >open <<'END'
Identity : EX\Open
Enabled : True
Bindings : {0.0.0.0:26}
RemoteIPRanges : {0.0.0.0-255.255.255.255, ::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff}
PermissionGroups : AnonymousUsers
AuthMechanism : Tls

User : NT AUTHORITY\ANONYMOUS LOGON
Identity : EX\Open
Deny : False
ExtendedRights : {ms-Exch-SMTP-Accept-Any-Recipient}
END
want 0 r import open --as-servers
want 1 r check Open
says 'open-relay'
want 0 r undo

# --- lists in servers -----------------------------------------------------------
want 0 r server set internet relay+=list:branches
want 0 r decide internet --client 10.1.2.3 --recipient a@far.example
says '10.0.0.0/8'
want 0 r decide internet --client 198.51.100.5 --recipient a@far.example
says 'list:branches 198.51.100.4-198.51.100.9'

# --- documents ------------------------------------------------------------------
want 0 r gateway add mx1 ssh://admin@mx1.example.net:2222 group=edge servers=internet ssh.become=sudo
want 0 r dump
cp out document
want 0 r load document
says 'nothing to change'
want 0 r dump
tell 'load of a dump changes nothing' cmp -s out document
sed 's/"only"/"some"/' document >wrong
want 6 r load wrong
says 'servers[0].relay.mode'
echo '{"relayadm": 1, "servers": [{"name": "a", "nmae": "b"}]}' >wrong
want 6 r load wrong
says 'servers[0].nmae'
echo '{"relayadm": 1, "servers": [{"name": "a", "name": "b"}]}' >wrong
want 6 r load wrong
echo '{"relayadm": 1, "lists": [{"name": "extra", "entries": ["192.0.2.77"]}]}' >extra.json
want 0 r load extra.json --merge
want 0 r server show internet
want 0 r list show extra
want 0 r undo
want 6 r list show extra
want 0 r redo
want 0 r list show extra

# --- check, commit, revisions ----------------------------------------------------
want 0 r check
want 1 r push --all
says 'there is no revision yet'
want 2 r commit
want 0 r commit -m 'first'
says 'revision 1'
want 1 r commit -m 'nothing new'
want 0 r server set internet relay.mode=all-except
want 1 r check
says 'open-relay'
says 'relayadm decide internet --client'
want 1 r commit -m 'oops'
says 'open-relay'
want 0 r commit -m 'on purpose' --override open-relay
want 1 r push mx1
says 'OPEN RELAY'
want 0 r revert 1
want 0 r server set internet 'listen+=0.0.0.0:2626' \
	routing.restrictions.local.enabled=true \
	local=127.0.0.2
want 1 r check mx1 internet
says 'dialect-gap  server:internet'
says 'Postfix cannot tell the local addresses behind 0.0.0.0:2626 apart'
says 'replace that listener by one for each local address'
want 1 r commit -m 'a gap'
says 'dialect-gap'
want 0 r undo
want 0 r gateway set mx1 mta=opensmtpd
want 0 r server set internet authentication.basic=true \
	authentication.tls=none
want 1 r check mx1 internet
says 'dialect-gap  server:internet'
says 'OpenSMTPD takes a password only over TLS, which the server does not offer'
says 'set authentication.tls to offered or required'
want 0 r undo
want 0 r gateway set mx1 mta=exim
want 0 r check
want 0 r server add second listen=127.0.0.3:2525 \
	'routing=partner.example relay elsewhere.example'
want 0 r server set internet 'routing+=partner.example relay mail.example:26'
want 0 r gateway set mx1 servers+=second
want 1 r check mx1
says 'Exim delivers partner.example to one place'
want 1 r commit -m 'two ways'
says 'Exim delivers partner.example to one place'
says '(dialect-gap); mend it'
want 0 r undo
want 0 r undo
want 0 r undo
want 0 r gateway set mx1 mta=postfix
want 0 r check
want 0 r commit -m 'back'
want 0 r log
says 'on purpose'
tell 'three revisions' test "$(wc -l <out)" -eq 3
want 0 r dump 1
cp out one
want 0 r dump 3
tell 'revision 3 is revision 1 again' cmp -s out one
want 6 r show 9
want 0 r decide internet --client 198.51.100.1 --recipient a@far.example --rev 2

# --- differences -----------------------------------------------------------------
want 0 r diff
says '0 clients gain, 0 lose'
want 0 r server set internet relay+=198.51.100.0/25
want 1 r diff
says 'GAINS'
want 1 r diff 1 2
want 0 r diff 1 3
want 0 r show 2
says 'GAINS'
want 1 r diff --json
want 0 r undo

# --- invariants --------------------------------------------------------------------
want 2 r invariant add lab clients=10.1.0.0/16
says 'kind=never-relays'
want 6 r invariant add lab kind=never
says 'never-relays, only-relays, must-relay, widest-grant, domain-action'
want 0 r invariant add lab kind=never-relays when=anonymous clients=192.0.2.64/26
want 6 r invariant add lab kind=only-relays
says 'there is an invariant lab already'
want 2 r invariant set lab prefix4=20
says 'an invariant of this kind has no such key'
want 6 r invariant set lab clients+=domain:a.example
says 'only addresses can stand here'
want 6 r invariant set lab servers-=internet
says 'internet is not named'
want 0 r invariant show lab
says '"when": "anonymous"'
want 1 r check lab
says 'invariant-broken  invariant:lab'
says 'server internet: 64 IPv4 addresses that must never relay may relay without logging on (192.0.2.64/26)'
says 'relayadm decide internet --client 192.0.2.64 --recipient'
want 1 r check internet
says 'invariant:lab'
want 1 r check lab --json
says '"server": "internet"'
want 6 r check labs
want 0 r decide internet --client 192.0.2.64 --recipient 'somebody@elsewhere.example'
says 'accept-relay'
want 1 r commit -m 'breaks it'
says 'invariant:lab: server internet: 64 IPv4'
want 0 r commit -m 'in spite of it' --override invariant-broken
want 1 r push mx1
says 'invariant-broken'
want 0 r server set internet never+=192.0.2.64/26
want 0 r check lab
says 'nothing found'
want 0 r commit -m 'kept out'
want 0 r invariant set lab kind=widest-grant prefix4=24
want 0 r invariant show lab
says '"prefix4": 24'
want 0 r undo
want 0 r invariant show lab
says '"never-relays"'
want 0 r dump
cp out guarded
want 0 r invariant remove lab
want 0 r invariant show
tell 'none is left' [ ! -s out ]
want 0 r load guarded
want 0 r invariant show
says 'lab'
want 0 r invariant remove lab
want 0 r server set internet never-=192.0.2.64/26

# --- rendering and gateways -------------------------------------------------------
want 0 r render mx1
want 0 r render mx1 --out files
tell 'the files are there' test -n "$(find files -type f)"
want 6 r render mx1 --out files
want 6 r render mx9
want 4 r push mx1
says 'no host key is trusted'
want 4 r gateway fingerprint mx1
want 2 r gateway trust mx1

# --- JSON, usage, the database -----------------------------------------------------
want 0 r log --json
want 0 r check --json
want 6 r list show none --json
says '"status": 6'
want 2 r nonsense
want 2 r check --nonsense
want 0 r --help
want 0 r help import
want 0 r --version
echo 'no database' >not.db
want 3 r --database not.db log
says 'not a relayadm database'
want 3 r --database "$dir" log
tell 'the database is for its owner only' test "$(stat -c %a policy.db)" = 600

echo "1..$n"
exit $bad
