#!/bin/sh
# What a command cannot mean is refused with the object, the value and the
# reason, and changes nothing.
set -u
program=${builddir:-.}/relayadm
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
export RELAYADM_DB="$dir/policy.db" HOME="$dir"
cd "$dir" || exit 99
n=0 bad=0

"$program" server add internet --preset standard >/dev/null &&
	"$program" list add branches >/dev/null &&
	"$program" list set branches 'entries=192.0.2.0/24' >/dev/null &&
	"$program" list add names >/dev/null &&
	"$program" list set names 'entries=domain:x.example' >/dev/null &&
	"$program" gateway add mx1 ssh.host=mx1.example >/dev/null || exit 99
"$program" dump --draft >before || exit 99

# row STATUS ARGUMENT...: the message must be the line on standard input, or
# begin so when it ends in "..."; ARGUMENTs must leave everything as it was.
row()
{
	wanted=$1 line=
	shift
	read -r line
	"$program" "$@" >out 2>errors </dev/null
	got=$?
	n=$((n + 1))
	"$program" dump --draft >after
	if [ "$got" -eq "$wanted" ] && cmp -s before after &&
		case $line in
		*...) grep -qF -e "relayadm: ${line%...}" errors ;;
		*) grep -qxF -e "relayadm: $line" errors ;;
		esac
	then
		echo "ok $n - $*"
	else
		echo "not ok $n - $*: exit $got, wanted $wanted"
		echo "# wanted: relayadm: $line"
		sed 's/^/# got: /' errors
		bad=1
	fi
}

# entry VALUE: into a list, and into a server; the reason is the input.
entry()
{
	read -r reason
	row 6 server set internet "relay+=$1" <<END
server internet: relay: $1: $reason
END
	row 6 list set branches "entries+=$1" <<END
list branches: entries: $1: $reason
END
}

server() { row "$1" server set internet "$2"; }
gateway() { row "$1" gateway set mx1 "$2"; }

# --- entries -------------------------------------------------------------------
entry 1.2.3 <<'END'
'1.2.3' is not an IPv4 address: 3 of 4 octets
END
entry 1.2.3.4.5 <<'END'
more than four octets in an IPv4 address
END
entry 192.0.2.256 <<'END'
256 is over 255
END
entry 192.0.2.01 <<'END'
an octet with a leading zero (01) reads differently in different programs; write it without
END
entry 192.0.2.1/33 <<'END'
'/33' is not a prefix length of 0 to 32
END
entry 192.0.2.1/24 <<'END'
192.0.2.1/24 has bits set behind the prefix; write 192.0.2.0/24 for the block or 192.0.2.1 for the one address
END
entry 192.0.2.1/ <<'END'
'/' is not a prefix length of 0 to 32
END
entry '192.0.2.0 255.0.255.0' <<'END'
the mask 255.0.255.0 has holes; only a run of ones from the left is a subnet
END
entry 192.0.2.9-192.0.2.1 <<'END'
the range 192.0.2.9-192.0.2.1 is reversed: its end is below its start
END
entry 192.0.2.1-2001:db8:: <<'END'
a range from IPv4 to IPv6
END
entry fe80::1%eth0 <<'END'
'fe80::1%eth0' has a zone, which means something on one computer only; leave out the % and what follows
END
entry 2001:db8::g <<'END'
'2001:db8::g' is not an IPv6 address
END
entry 2001:db8::/129 <<'END'
'/129' is not a prefix length of 0 to 128
END
entry ::ffff:192.0.2.1/95 <<'END'
a block of IPv4-mapped addresses has a prefix length of 96 to 128, not 95
END
entry domain: <<'END'
a domain is missing
END
entry domain:a..b <<'END'
an empty label (two dots, or one in front)
END
entry domain:-a.example <<'END'
label '-a' begins or ends with a hyphen
END
entry domain:a_b.example <<'END'
label 'a_b': only letters, digits and hyphens
END
entry domain:192.0.2.1 <<'END'
it ends in the number 1, as no domain does; an address is not a domain
END
entry list: <<'END'
a name is missing
END
entry 'list:a b' <<'END'
the name 'a b' may hold letters, digits, '.', '_' and '-' and begins with a letter or digit
END
entry host.example <<'END'
'host.example' is not an IP address
END
row 6 list set branches entries+=list:names <<'END'
list branches: entries: list:names: lists do not include lists
END
row 6 list set branches entries-=192.0.2.9 <<'END'
list branches: entries: 192.0.2.9 is not in the list
END
row 6 list set branches entries+=10.0.0.0/8,10.0.0.300 <<'END'
list branches: entries: 10.0.0.300: 300 is over 255
END
for slot in never local; do
	server 6 "$slot+=domain:x.example" <<END
server internet: $slot: $slot: domain:x.example: only addresses can stand here
END
	server 6 "$slot+=list:names" <<END
server internet: $slot: $slot: list:names holds the client domain x.example; only lists of addresses can stand here
END
done

# --- listeners and routing rows --------------------------------------------------
for value in 25 0.0.0.0 2001:db8::1:25 '[::1]'; do
	server 6 "listen+=$value" <<END
server internet: listen: $value: '$value' is not ADDRESS:PORT or [IPV6]:PORT, for example 0.0.0.0:25 or [::]:25
END
done
for port in 0 65536 x 025; do
	server 6 "listen+=127.0.0.1:$port" <<END
server internet: listen: 127.0.0.1:$port: '$port' is not a port of 1 to 65535
END
done
server 6 'listen+=[192.0.2.1]:25' <<'END'
server internet: listen: [192.0.2.1]:25: '[192.0.2.1]:25': brackets are for IPv6 addresses, which need them
END
server 6 listen+=host:25 <<'END'
server internet: listen: host:25: 'host' is not an IP address
END
server 6 listen-=127.9.9.9:25 <<'END'
server internet: listen: 127.9.9.9:25 is not a listener of the server
END
server 6 'routing+=x.example drop' <<'END'
server internet: routing: x.example drop: 'drop' is none of: inbound, relay, reject
END
server 6 'routing+=a..b relay' <<'END'
server internet: routing: a..b relay: an empty label (two dots, or one in front)
END
server 6 'routing+=#. relay' <<'END'
server internet: routing: #. relay: a domain is missing
END
server 6 'routing+=192.0.2.1 inbound' <<'END'
server internet: routing: 192.0.2.1 inbound: it ends in the number 1, as no domain does; an address is not a domain
END
server 6 'routing+=x.example relay hub:99999' <<'END'
server internet: routing: x.example relay hub:99999: next hop: '99999' is not a port of 1 to 65535
END
server 6 'routing+=x.example relay -h' <<'END'
server internet: routing: x.example relay -h: next hop: label '-h' begins or ends with a hyphen
END
server 6 'routing+=x.example relay a b' <<'END'
server internet: routing: x.example relay a b: not DOMAIN ACTION [NEXT-HOP]
END
server 6 routing-=y.example <<'END'
server internet: routing: there is no row for y.example
END

# --- fields -----------------------------------------------------------------------
for key in enabled authentication.anonymous authentication.basic \
	relay.authenticated routing.reroute routing.restrictions.authenticated \
	routing.restrictions.clients.enabled \
	routing.restrictions.local.enabled; do
	server 6 "$key=maybe" <<END
server internet: $key: 'maybe' is neither true nor false
END
done
server 6 authentication.tls=often <<'END'
server internet: authentication.tls: 'often' is none of: none, offered, required
END
for key in connection.mode relay.mode; do
	server 6 "$key=all" <<END
server internet: $key: 'all' is none of: only, all-except
END
done
for name in '../x' 'a b' -x; do
	server 6 "name=$name" <<END
server internet: name: the name '$name' may hold letters, digits, '.', '_' and '-' and begins with a letter or digit
END
done
server 2 colour=red <<'END'
server internet: colour: a server has no such key; server show NAME lists them
END
server 2 relay <<'END'
server internet: 'relay' is not KEY=VALUE, KEY+=VALUE or KEY-=VALUE
END
gateway 6 mta=sendmail <<'END'
gateway mx1: mta: 'sendmail' is none of: postfix, exim, opensmtpd
END
for port in 0 65536 x -1; do
	gateway 6 "ssh.port=$port" <<END
gateway mx1: ssh.port: '$port' is not a port of 1 to 65535
END
done
gateway 6 'ssh.user=root;id' <<'END'
gateway mx1: ssh.user: the user 'root;id' may hold letters, digits, '.', '_' and '-', at most 32
END
gateway 6 ssh.host=-oProxyCommand=x <<'END'
gateway mx1: ssh.host: label '-oproxycommand=x' begins or ends with a hyphen
END
gateway 6 ssh.jump=a@ <<'END'
gateway mx1: ssh.jump: the jump host is missing
END
gateway 6 ssh.become=su <<'END'
gateway mx1: ssh.become: 'su' is none of: none, sudo
END
gateway 6 servers+=a/b <<'END'
gateway mx1: servers: the name 'a/b' may hold letters, digits, '.', '_' and '-' and begins with a letter or digit
END

# --- objects and questions ------------------------------------------------------------
for kind in server list gateway; do
	row 6 "$kind" add 'a b' <<'END'
the name 'a b' may hold letters, digits, '.', '_' and '-' and begins with a letter or digit
END
	row 6 "$kind" set none comment=x <<END
there is no $kind none
END
	row 6 "$kind" remove none <<END
there is no $kind none
END
done
row 6 list add branches <<'END'
there is a list branches already
END
row 6 decide nowhere --client 192.0.2.1 --recipient a@b.example <<'END'
there is no server nowhere
END
row 6 decide internet --client 192.0.2.0/24 --recipient a@b.example <<'END'
client: '192.0.2.0/24' is not an IP address
END
row 6 decide internet --client 192.0.2.1 --local 25 --recipient a@b.example \
	<<'END'
local: '25' is not ADDRESS:PORT or [IPV6]:PORT, for example 0.0.0.0:25 or [::]:25
END
row 2 decide internet --client 192.0.2.1 <<'END'
SERVER, --client and --recipient are needed...
END
row 6 export list:none <<'END'
list:none: there is no such list
END
row 6 import /dev/null --into nothing <<'END'
'nothing' is neither list:NAME nor server:NAME/PART
END
row 6 show 99 <<'END'
there is no revision 99
END
row 2 revert x <<'END'
'x' is not a number from 1
END
row 2 commit <<'END'
-m TEXT is needed: say why...
END
echo "1..$n"
exit $bad
