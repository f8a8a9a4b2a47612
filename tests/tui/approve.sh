#!/bin/sh
# A second person approves what is pushed: as scripts meet it, with a gateway
# played by tests/tui/ssh_gateway.sh.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
program=$(cd "${builddir:-.}" && pwd)/relayadm
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 99
# shellcheck source=tests/tap.sh
. "$srcdir/tests/tap.sh"
mkdir home bin state
export HOME="$dir/home" LC_ALL=C.UTF-8 RELAYADM_DB="$dir/db"
export GATEWAY_STATE="$dir/state"
cp "$srcdir/tests/tui/ssh_gateway.sh" bin/ssh
chmod 755 bin/ssh
PATH=$dir/bin:$PATH

# as PERSON COMMAND...
as()
{
	SUDO_USER=$1
	export SUDO_USER
	shift
	"$program" "$@" >out 2>errors </dev/null
	status=$?
}
said() { grep -qF -e "$1" out errors; }
# ended STATUS TEXT
ended() { [ "$status" -eq "$1" ] && said "$2"; }
change()
{
	as "$1" server set in "relay.entries+=$2"
	as "$1" commit -m "$2" --ticket T-17
}

as ana server add in listen=192.0.2.1:25
for name in a b; do
	as ana gateway add $name ssh.host=$name.example servers=in \
		ssh.transport=openssh
	as ana gateway trust $name --fingerprint \
		SHA256:ZkAslGjFiUHdGf/WUL8rQvkib4PTvQatUV0OUQSncCA
done
as ana commit -m first
check 'without a rule the next thing is the push' said 'next: relayadm push'
as ana push a
check '... and it goes' ended 0 OK
as ana approve
check 'no approval is needed at first' ended 0 'a push needs no approval'
as ana approve --need 1 -m 'four eyes'
check 'one is needed from now on' ended 0 'needs the approval of 1 other person'

change ana 192.0.2.0/24
check 'a commit says who is next' said 'relayadm approve 2, by 1 other person'
as ana push --all
check 'a push is refused' ended 1 'revision 2 is not pushed: 0 of 1 other person has approved it; somebody else than ana can, by relayadm approve 2'
for way in '--rev 2 a' '--all --wave 1' '--pending --all' 'a --force' \
	'--canary 1 --all' 'a --override open-relay' 'a --restart' \
	'--report a'; do
	# shellcheck disable=SC2086
	as ben push $way
	check "... by push $way" ended 1 'is not pushed'
done
check '... and nothing has begun' test "$("$program" rollback b 2>&1 | grep -c generation)" = 0
as ana push --list
check '... but what went before' test "$(grep -c revision out)" = 1
as ana push --all --dry-run
check 'a dry run is no push' ended 0 'would change'
as ana push --rev 1 a
check 'what was in force there goes back' ended 0 ''
as ana push --rev 1 b
check '... and nowhere else' ended 1 'revision 1 is not pushed'

as ana approve 2
check 'nobody approves his own' ended 1 'revision 2 is not approved: ana has committed or changed some of it since revision 1'
as ben approve 2 --dry-run
check 'a dry run shows what would be approved' ended 0 'GAINS relay: 256 IPv4 addresses'
as ben approve
check '... and approves nothing' said '2  ana  192.0.2.0/24  (needs approval of 1 other person, not ana)'
for wrong in '-m why' '--withdraw' '--dry-run' '1 2' '2 --need 1' \
	'2 --withdraw --dry-run' '--need 1 --withdraw' '--yes 2'; do
	# shellcheck disable=SC2086
	as ben approve $wrong
	check "a revision must be named: approve $wrong" ended 2 usage
done
as ben approve x
check '... as a number' ended 2 "'x' is not a number"
as ben approve 9
check 'one that there is' ended 6 'there is no revision 9'
as ben approve 2 -m 'looks right'
check 'another person approves it' ended 0 'revision 2 is approved by ben (1 of 1)'
check '... and has seen it' said 'GAINS relay: 256 IPv4 addresses'
as ben approve 2
check '... once' ended 1 'ben has approved revision 2 already'
as ana push --all
check 'then the push goes on' ended 0 OK
as ana log
check 'log has it' said '192.0.2.0/24  [T-17]  (approved by ben)'
as ana log --json
check '... as JSON' said '"comment": "looks right"'
check '... with the ticket' said '"ticket": "T-17"'
as ana report
check 'the report has both' said 'Ticket'
check '... and who has approved' said 'Approved by'
as ana show 2
check 'show has it' said '(approved by ben)'
as ana approve --json
check 'approve --json' said '"needed": 1'

change ben 198.51.100.0/24
change ana 203.0.113.0/24
as ben approve 4
check 'what lies before and was not approved is in it' ended 1 'another person than ana, ben'
as eve approve 4 --json
check 'approve as JSON' ended 0 '"since": 2'
GATEWAY_WAIT=check SUDO_USER=ana "$program" push --all --wave 1 >pushed 2>&1 \
	</dev/null &
pid=$!
for _ in $(seq 100); do
	[ ! -e state/waits ] || break
	sleep 0.1
done
as eve approve 4 --withdraw -m 'not sure'
check 'withdrawn while a push goes on' ended 0 'eve approves revision 4 no longer'
touch state/go
wait $pid
check '... no more is begun' test $? = 1
cp pushed out
check '... what has begun is finished' said 'a                    OK'
check '... and it says why' said 'revision 4 is not pushed: 0 of 1'
as ana push --list
check '... and the push has ended' test "$(grep -c 'cut off\|goes on' out)" = 0
as eve approve 4 --withdraw
check '... once' ended 1 'eve has not approved revision 4'
as ana push b
check '... and no gateway gets it any more' ended 1 'revision 4 is not pushed'
as ana push --rev 2 b
check 'an earlier one that was approved may be pushed' ended 0 ''
as ana rollback a
check 'the generations' said 'generation 1  revision 1'
as ana rollback a 1 --yes
check 'going back needs nobody' ended 0 OK

as ana approve --need 0
check 'ana alone does not lower it' ended 0 'ana wants 0: relayadm approve --need 0, by 2 in all'
check '... it holds' said 'needs the approval of 1 other person'
as ana push b
check '... and a push is refused' ended 1 'is not pushed'
as ben approve --need 4
check 'at most three' ended 6 '0 to 3 can be needed'
as ben approve --need 0
check 'two lower it' ended 0 'a push needs no approval'
as ana push b
check '... and the push goes' ended 0 OK
as ana verify
check 'verify reads what was said' ended 0 'approvals '
"$program" --readonly approve 4 >out 2>errors
check 'read only, nothing is approved' test -s errors
finish
