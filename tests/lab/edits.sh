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
      "routing": { "list": [ { "domain": "b.example", "action": "inbound" } ] }
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

# What is no matter of clients is named.
by_hand "grep -rlF -e b.example -e 'b\\.example' . | xargs sed -i 's/b\(\\\\*\)\.example/c\1.example/g'"
ok 'a domain by hand is named' want 0 'not (all of it is )?taken over' \
	gateway adopt gw
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
