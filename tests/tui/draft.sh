#!/bin/sh
# Changes of the draft that are set aside and taken up again, as a script meets
# them.
set -u
program=$(cd "${builddir:-.}" && pwd)/relayadm
tap=$(cd "${srcdir:-.}" && pwd)/tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
export RELAYADM_DB="$dir/policy.db" HOME="$dir"
cd "$dir" || exit 99
# shellcheck source=tests/tap.sh
. "$tap"

r() { "$program" "$@" >out 2>errors; }
said() { grep -qF -e "$1" out errors; }
lists() { "$program" dump --draft | grep -c '"name": "[a-z]*",'; }

r server add internet listen=10.9.0.1:25 relay.entries=10.0.0.0/8
r list add old entries=192.0.2.1
r commit -m first
r server set internet relay.entries+=8.8.4.0/24 comment=ours
r list add new entries=1.1.1.1
r list remove old
r dump --draft
cp out mine

r draft
check 'nothing is set aside at first' said 'nothing is set aside'
r draft park later -m 'after the audit' list:none
check 'an object that does not differ is refused' said 'list none does not differ'
r draft park later -m 'after the audit'
check 'all of it is set aside' said 'set aside as later'
r diff
check 'the draft is the revision again' said '0 clients gain, 0 lose'
r draft
check 'it is listed with its reason' said 'after the audit'
r --json draft
check '... and as JSON' said '"objects": 3'
r draft show later
check 'it is shown object by object' said '+ 8.8.4.0/24'
r draft take later --dry-run
check 'who gains by it is said' said 'GAINS relay: 256 IPv4 addresses'
check 'a dry run takes nothing' test "$(lists)" = 2
r draft take later
r dump --draft
check 'taken up it is what it was' cmp -s mine out
r undo
r draft
check 'undone, it waits again' said later

r server set internet relay.entries+=9.9.9.0/24
r draft take later
check 'what others changed besides is merged' said 'is merged with'
r export server:internet/relay
check '... both are there' test "$(grep -c -e 8.8.4 -e 9.9.9 out)" = 2
r undo
r server set internet comment=theirs
r draft take later
check 'a clash is an answer of no' test $? = 1
check '... that names both' said 'Comment: set aside ours, now theirs'
r --json draft take later
check '... as JSON, too' said '"becomes": "clashes"'
r draft
check '... and takes nothing' said later
r draft take later --over
check 'with --over it is taken' said 'the draft has it again'
r server show internet
check '... and counts' said '"comment": "ours"'

r draft park one list:new
check 'one object alone' said 'set aside as one'
r draft park one
check 'a name waits once' said 'set aside as one already'
r draft drop one
check 'dropped' said 'dropped one'
r draft take one
check 'then it is no more' said 'nothing is set aside as one'
for wrong in 'draft park' 'draft jump' 'draft drop a b' 'draft park x y' \
	'draft park x list:' 'draft list x'; do
	# shellcheck disable=SC2086
	r $wrong
	status=$?
	check "refused: $wrong" test "$status" != 0 -a -s errors
done
"$program" --readonly draft park two >out 2>errors
check 'read only, nothing is set aside' test -s errors
finish
