#!/bin/bash
# Gateways of three mail servers with one policy are equal; one that is edited by
# hand is told, with the addresses and domains that it treats otherwise.
srcdir=${srcdir:-.} builddir=${builddir:-.}
# shellcheck source=tests/lab/adopting.sh
. "$srcdir/tests/lab/adopting.sh"
start_gateway postfix
printf '{ "relayadm": 1, "lists": [], "servers": [' >"$work/policy"
comma=
for mta in postfix exim opensmtpd7; do
	name=gw
	if [ $mta != postfix ]; then
		name=$mta
		# shellcheck source=tests/lab/number.sh
		. "$srcdir/tests/lab/number.sh"
		"$lab" start "$name" "$number" "$mta" 2>"$work/log" ||
			{ cat "$work/log" >&2; exit 1; }
	fi
	printf '%s { "name": "%s-in", "listen": [ "127.60.%s.2:2501" ],' "$comma" \
		"$name" "$number" >>"$work/policy"
	printf '"authentication": { "tls": "none" },' >>"$work/policy"
	printf '"connection": { "entries": [ "127.41.0.0/16" ] },' \
		>>"$work/policy"
	printf '"relay": { "entries": [ "127.20.0.0/16", "2001:db8::/32" ] },' \
		>>"$work/policy"
	printf '"routing": { "list": [ { "domain": "b.example",' >>"$work/policy"
	printf '"action": "inbound" }, { "domain": "hop.example",' >>"$work/policy"
	printf '"action": "relay", "next_hop": "192.0.2.1" },' >>"$work/policy"
	printf '{ "domain": "#bad.example", "action": "reject" } ] } }' \
		>>"$work/policy"
	printf '%s { "name": "%s", "group": "edge", "mta": "%s",' "$comma" \
		"$name" "${mta%7}"
	printf '"ssh": { "host": "127.60.%s.1", "port": 2222, "user": "root" },' \
		"$number"
	printf '"servers": [ "%s-in" ] }' "$name"
	comma=,
done >"$work/gateways"
{
	printf '], "gateways": ['
	cat "$work/gateways"
	echo '] }'
} >>"$work/policy"
ok 'a policy' want 0 '' load "$work/policy"
for name in gw exim opensmtpd7; do
	ok "trust $name" want 0 '' gateway trust "$name" --fingerprint \
		"$(ssh-keygen -lf "$work/lab/$name/disk/upper/etc/ssh/ssh_host_ed25519_key.pub" |
		cut -d' ' -f2)"
done
ok 'committed' want 0 '' commit -m first
ok 'one alone' want 1 'nothing was pushed' gateway compare gw
ok 'pushed' want 0 OK push @edge
ok 'three mail servers, one answer' want 0 \
	'3 gateways: every client and domain is treated alike' gateway compare @edge
ok 'in JSON' want 0 '"equal": *true' gateway compare --json
"$lab" run exim bash -c 'cd -P /var/lib/relayadm/current/server/exim-in &&
	sed "s/127.20.0.0/127.50.0.0/" relay.list >x && cat x >>relay.list &&
	rm x' >"$work/out" 2>&1
ok 'one differs' want 1 '^exim: port 2501 \(server exim-in\) is not as on gw' \
	gateway compare
ok 'by how many' grep -q 'GAINS relay: 65,536 IPv4' "$work/out"
ok 'which' grep -q '+ 127.50.0.0/16' "$work/out"
ok 'with one to try' grep -q 'instance 127.50.0.0 may relay by exim' "$work/out"
ok 'the others do not' eval '[ "$(grep -c "not as on" "$work/out")" -eq 1 ]'
ok 'in JSON' want 1 '"client": *"127.50.0.0"' gateway compare --json
ok 'and the count' grep -q '"ipv4": *"65536"' "$work/out"
ok 'of a group' want 1 'not as on' gateway compare @edge
"$lab" run exim bash -c 'cd -P /var/lib/relayadm/current/server/exim-in &&
	sed -i "/127.50/d" relay.list && sed -i "/bad/d" routes.list &&
	echo ".c.example: reject" >>routes.list' >"$work/out" 2>&1
ok 'one that treats domains otherwise' want 1 \
	'^exim: port 2501 \(server exim-in\) is not as on gw, opensmtpd7' \
	gateway compare
ok 'what it rejects' grep -q '^  c.example: rejected; there: as any other' \
	"$work/out"
ok 'what it does not' grep -q '^  #bad.example: as any other domain; there: rej' \
	"$work/out"
ok 'and no more' eval '[ "$(grep -c "not as on" "$work/out")" -eq 2 ]'
ok 'in JSON' want 1 '"domain": *"c.example"' gateway compare --json
ok 'without it' want 0 '2 gateways' gateway compare gw opensmtpd7
ok 'one is gone' "$lab" stop opensmtpd7
ok 'that is told' want 1 'gateway opensmtpd7: ' gateway compare
echo "1..$count"
