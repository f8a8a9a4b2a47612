#!/bin/bash
# "probe --via" of a Postfix, which never says by which address it sees a client:
# the gateway that is asked from says by which one it holds the connection.
srcdir=${srcdir:-.} builddir=${builddir:-.}
# The routes below are for a network of our own.
[ "${1:-}" = apart ] || exec sh "$srcdir/tests/lab/apart.sh" bash "$0" apart
# shellcheck source=tests/lab/one.sh
. "$srcdir/tests/lab/one.sh"
export RELAYADM_DB=$work/db
start_gateway
"$lab" start other $((number - 100)) 2>"$work/log" || exit 1
net=127.60.$number far=2001:db8:0:1::1

relayadm() { "$builddir/relayadm" "$@" >"$work/out" 2>&1 </dev/null; }
said() { grep -qE -e "$1" "$work/out"; }
fingerprint() { "$lab" info "$1" | sed -n 's/^fingerprint=//p'; }

# probe STATUS [OPTION...]: only what it says of the other vantage.
probe()
{
	local status
	timeout 100 "$builddir/relayadm" probe gw --via other --rate 100000 \
		--near gw.lab.example "${@:2}" >"$work/out" 2>&1 </dev/null
	status=$?
	sed -i '1,/ asked from other/{/ asked from other/!d}' "$work/out"
	[ $status -eq "$1" ]
}

# verdicts VERDICT...: of the places, in their order.
verdicts()
{
	[ "$(grep -xE '  (AS THE POLICY SAYS|DISAGREES|NOT PROVEN|NO ANSWER)' \
		"$work/out" | sed 's/^  //' | paste -sd,)" = "$1" ]
}

addresses()
{
	ip address add 192.0.2.77/32 dev lo
	ip address add 10.77.0.1/32 dev lo
	ip -6 address add $far/128 dev lo nodad
	ip -6 address add 2001:db8:0:2::77/128 dev lo nodad
}

# Whoever goes to .3 and to the IPv6 address does so by one of its own.
routes()
{
	ip route replace local $net.3/32 dev lo table local src 192.0.2.77
	ip -6 route delete local $far/128 dev lo table local
	ip -6 route add local $far/128 dev lo table local \
		src 2001:db8:0:2::77
}

# hold USER: a connection of that user to .3 from another address, as long as
# descriptor 6 is open.
hold()
{
	: >"$work/held"
	# shellcheck disable=SC2016 # of perl
	"$lab" run other su "$1" -s /bin/sh -c "exec perl -MIO::Socket::INET -e '
		\$s = IO::Socket::INET->new(PeerAddr => q($net.3),
			PeerPort => 25, LocalAddr => q(10.77.0.1)) or exit 1;
		\$| = 1;
		print scalar <\$s>;
		<STDIN>'" <"$work/hold" >"$work/held" 2>&1 &
	exec 6>"$work/hold"
	for _ in $(seq 1 50); do
		[ ! -s "$work/held" ] || return 0
		sleep 0.1
	done
	return 1
}

let_go()
{
	exec 6>&-
	wait
	for _ in $(seq 1 50); do
		ss -Htn state established src 10.77.0.1 | grep -q . || return 0
		sleep 0.1
	done
}

mkfifo "$work/hold"
ok "addresses" eval "addresses >'$work/out' 2>&1"
ok "a policy for two of them" eval "relayadm server add internet \
	listen=$net.2:25,$net.3:25,[$far]:25 \
	relay=192.0.2.77,2001:db8:0:2::77 &&
	relayadm server add elsewhere listen=127.60.$((number - 100)).2:25 &&
	relayadm gateway add gw ssh://root@$net.1:2222 servers=internet &&
	relayadm gateway add other \
		ssh://root@127.60.$((number - 100)).1:2222 servers=elsewhere &&
	relayadm commit -m first"
for g in gw other; do
	ok "trust $g" relayadm gateway trust $g --fingerprint "$(fingerprint $g)"
done
ok "a push" relayadm push gw
ok "routes" eval "routes >'$work/out' 2>&1"

ok "each address is known" eval "probe 0 &&
	said '$net.2:25.* from other as 127.0.0.1\$' &&
	said '$net.3:25.* from other as 192.0.2.77\$' &&
	said 'from other as 2001:db8:0:2::77\$'"
ok "what the policy says of each is what it does" \
	verdicts "AS THE POLICY SAYS,AS THE POLICY SAYS,AS THE POLICY SAYS"
ok "the two may relay" eval "probe 0 --all && [ \$(grep -c \
	'policy: accept-relay by row 10' '$work/out') -eq 2 ]"
ok "JSON has the address" eval "timeout 100 '$builddir/relayadm' probe gw \
	--via other --json --rate 100000 >'$work/out' 2>&1
	said '\"own\": \"192.0.2.77\"'"

# The same through sudo, while root has a connection from elsewhere.
ok "a user with sudo" eval "relayadm gateway set other ssh.user=relay \
	ssh.become=sudo && relayadm commit -m sudo"
hold root
ok "sudo: only that user's connections count" eval \
	"probe 0 && said 'from other as 192.0.2.77\$' && verdicts \
	'AS THE POLICY SAYS,AS THE POLICY SAYS,AS THE POLICY SAYS'"
let_go
hold relay
ok "of two addresses none is guessed" eval \
	"probe 1 && verdicts 'AS THE POLICY SAYS,NOT PROVEN,AS THE POLICY SAYS' &&
	said 'nor does other \\(.* from several addresses\\)'"
let_go
ok "and then it is known again" eval "probe 0 && said 'from other as 192.0.2.77\$'"

# By the account that can do one thing, when it may forward connections besides.
setup()
{
	timeout 20 "$builddir/relayadm" gateway setup other >"$work/setup.sh" &&
		"$lab" run other sh -s <"$work/setup.sh" >"$work/out" 2>&1 &&
		"$lab" run other sed -i 's/^restrict,/&port-forwarding,/' \
			/var/lib/relayadm-ssh/.ssh/authorized_keys &&
		relayadm gateway set other ssh.user=relayadm ssh.become=none &&
		relayadm commit -m account
}

ok "the account with the least right" setup
ok "by it, too" eval "probe 0 && said 'from other as 192.0.2.77\$' &&
	verdicts 'AS THE POLICY SAYS,AS THE POLICY SAYS,AS THE POLICY SAYS'"

# What is in force is not what the policy says: somebody took the address out.
# shellcheck disable=SC2016 # for the gateway
"$lab" run gw sh -c 'cd /var/lib/relayadm/current/server/internet &&
	sed -i -e "/^192\.0\.2\.77/d" -e "/^2001:db8:0:2::77/d" * &&
	postfix reload' >"$work/log" 2>&1
ok "where it is otherwise, they disagree" eval \
	"probe 1 && verdicts 'AS THE POLICY SAYS,DISAGREES,DISAGREES' &&
	said 'policy: accept-relay by row 10' &&
	said 'server: refused at rcpt: 550' && said 'address translation'"
echo "1..$count"
