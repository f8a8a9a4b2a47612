#!/bin/bash
# A gateway of ours that somebody edited by hand: its edit is taken into the
# draft, is told apart from what cannot be, and pushed it gives the answers that
# the edit gave.  MTA=exim or opensmtpd7 does it there.
srcdir=${srcdir:-.} builddir=${builddir:-.}
# shellcheck source=tests/lab/adopting.sh
. "$srcdir/tests/lab/adopting.sh"
mta=${MTA:-postfix}
start_gateway "$mta"
net=127.60.$number

cat >"$work/policy" <<END
{ "relayadm": 1, "lists": [],
  "servers": [
    { "name": "in", "listen": [ "$net.2:2501" ],
      "authentication": { "tls": "none" },
      "connection": { "mode": "all-except", "entries": [ "127.41.0.0/16" ] },
      "relay": { "mode": "only", "entries": [ "127.20.0.0/16",
        { "entry": "127.30.0.0/16", "comment": "branches" } ] },
      "routing": { "list": [ { "domain": "b.example", "action": "inbound" },
        { "domain": "hop.example", "action": "relay", "next_hop": "192.0.2.8" }
        ] }
    } ],
  "gateways": [ { "name": "gw", "mta": "${mta%7}",
    "ssh": { "host": "$net.1", "port": 2222, "user": "root" },
    "servers": [ "in" ] } ] }
END
ok 'a policy' want 0 '' load "$work/policy"
ok 'trust' want 0 '' gateway trust gw --fingerprint \
	"$(ssh-keygen -lf "$trust" | cut -d' ' -f2)"
ok 'committed' want 0 '' commit -m first
ok 'pushed' want 0 OK push gw
wait_for "$net.2" 2501
clients='127.20.1.1 127.30.2.2 127.40.1.1 127.41.3.3 127.42.1.1'
never_on='.*'
ask_before "$net.2:2501"
cp "$work/before" "$work/first"

# Networks that may relay, one more and one less; one that may not connect.
by_hand()
{
	"$lab" run gw bash -ec "cd -P /var/lib/relayadm/current/server/in
	$1" >"$work/out" 2>&1
	case $mta in
	postfix) "$lab" run gw postfix reload ;;
	opensmtpd*) "$lab" run gw bash -c 'for t in $(sed -n \
		"s/^table \"\([^\"]*\)\" \"file:.*/\1/p" \
		/var/lib/relayadm/current/built/smtpd.conf); do
		smtpctl update table "$t"; done' ;;
	esac >>"$work/out" 2>&1
	wait_for "$net.2" 2501
}
case $mta in
postfix) relay=relay.cidr connection=connection.cidr ;;
exim) relay=relay.list connection=connection.list ;;
*) relay=relay.table connection=connection.table ;;
esac
"$lab" run gw bash -c 'head -50 /var/lib/relayadm/current/server/in/*' \
	>"$work/files"
by_hand "sed -i '/^127.20/d' $relay
	sed -n 's/^127.30.0.0/127.40.0.0/p' $relay >>$relay
	sed -n 's/^127.41/127.42/p' $connection >>$connection"
ask_all >"$work/edited"
ok 'the edit is in the answers' eval '! cmp -s "$work/first" "$work/edited"'
ok 'the status tells what it means' want 1 '127.40.0.0/16' status gw
ok 'a push over it is refused' want 5 'drift' push gw
ok 'a look at it' want 0 'GAINS' gateway adopt gw --dry-run
ok 'that changed nothing' want 0 '127.20.0.0/16' dump --draft
ok 'taken over' want 0 'it is in the draft now' gateway adopt gw
ok 'all of it' eval '! grep -q "not all" "$work/out"'
ok 'who gained' want 0 '"entry": "127.40.0.0/16", "comment": "by hand on gw"' \
	dump --draft
ok 'who may not connect' grep -q '"127.42.0.0/16"' "$work/out"
ok 'who lost' eval '! grep -q 127.20 "$work/out"'
ok 'comments stay' grep -q branches "$work/out"
ok 'as one step' want 0 '' undo
ok 'and back' want 0 '' redo
ok 'committed' want 0 '' commit -m second
ok 'pushed over it' want 0 OK push --force gw
ask_all >"$work/after"
ok 'the answers are those of the edit' cmp "$work/edited" "$work/after"
ok 'then there is none' want 0 'IN STEP' status gw

# A domain under another name, in every file that has it.
"$lab" run gw cat /var/lib/relayadm/current/inbound >"$work/inbound" 2>&1
ask_all >"$work/first"
by_hand "for f in * ../../inbound; do [ ! -f \$f ] || sed -i \
	's/\\bb\(\\\\*\)\.example/partner\1.example/g' \$f; done"
ask_all >"$work/edited"
ok 'the domain is in the answers' eval '! cmp -s "$work/first" "$work/edited"'
ok 'the status tells what it means' want 1 \
	'partner.example: delivered here \(by the policy: as any other domain' \
	status gw
ok 'and of the other' grep -q \
	'b.example: as any other domain (by the policy: delivered here)' "$work/out"
ok 'clients do the same' eval '! grep -q GAINS "$work/out"'
ok 'taken over' want 0 'it is in the draft now' gateway adopt gw
ok 'all of it' eval '! grep -q "not all\|not taken" "$work/out"'
ok 'the row' want 0 \
	'"domain": "partner.example", "action": "inbound", "comment": "by hand on gw"' \
	dump --draft
ok 'the other is gone' eval '! grep -q "\"b.example" "$work/out"'
ok 'committed' want 0 '' commit -m domains
ok 'pushed over it' want 0 OK push --force gw
ask_all >"$work/after"
ok 'the answers are those of the edit' cmp "$work/edited" "$work/after"
ok 'then there is none' want 0 'IN STEP' status gw

# Rows of every kind, and what no row says.
case $mta in
postfix)
	rows="printf 'x.wide.example 550 5.7.1 no\n.x.wide.example 550 5.7.1 no\n' >>reject.text
	printf 'x.wide.example 550 5.7.1 no\n.x.wide.example 550 5.7.1 no\n' >>accept.text
	printf 'y.sub.example DUNNO\n' >>reject.text
	printf 'y.sub.example OK\n' >>accept.text
	printf 'y.sub.example smtp:[192.0.2.9]:2525\n' >>../../delivery
	printf 'far.example\n' >>../../inbound" ;;
exim)
	rows="printf '.x.wide.example: reject\ny.sub.example: relay\n' >>routes.list
	printf 'y.sub.example: <+192.0.2.9:2525\n' >>../../delivery
	printf 'far.example\n' >>../../inbound" ;;
*) rows= ;;
esac
if [ -n "$rows" ]; then
	by_hand "$rows"
	ok 'rows by hand' want 1 'x.wide.example: rejected' status gw
	ok 'one of a domain itself' grep -q \
		'#y.sub.example: sent to 192.0.2.9:2525' "$work/out"
	ok 'taken over' want 0 'it is in the draft now' gateway adopt gw
	ok 'what no row says is named' grep -q \
		'not taken over: server in: #far.example: as any other domain, but' \
		"$work/out"
	ok 'what is rejected' want 0 \
		'"domain": "x.wide.example", "action": "reject"' dump --draft
	ok 'where it goes' grep -q \
		'"#y.sub.example", "action": "relay", "next_hop": "192.0.2.9:2525"' \
		"$work/out"
	ok 'back' want 0 '' undo
	ok 'pushed over it' want 0 OK push --force gw
fi

by_hand "sed -n 's/^127.30.0.0/127.50.0.0/p' $relay >>$relay"
# A push over it asks at a terminal: util-linux has script(1).
asked()
{
	echo "$1" | timeout 100 script -qec "$builddir/relayadm push gw" \
		/dev/null >"$work/out" 2>&1
}
asked no
ok 'a push over it asks' grep -q 'push over it?' "$work/out"
ok 'and takes no for an answer' want 1 DRIFT status gw
asked yes
ok 'and yes' grep -q 'gw  *OK ' "$work/out"
ok 'then it is gone' want 0 'IN STEP' status gw
echo "1..$count"
