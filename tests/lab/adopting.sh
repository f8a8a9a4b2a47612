# shellcheck shell=bash disable=SC2154
# What the tests of adoption share; sourced with $srcdir and $builddir set.
# shellcheck source=tests/lab/one.sh
. "$srcdir/tests/lab/one.sh"
export RELAYADM_DB=$work/db

want()
{
	timeout 100 "$builddir/relayadm" "${@:3}" >"$work/out" 2>&1 </dev/null
	[ $? -eq "$1" ] && grep -Eq -e "$2" "$work/out"
}

# wait_for ADDRESS PORT: until somebody greets there.
wait_for()
{
	local i line
	for i in $(seq 1 100); do
		if exec 7<>"/dev/tcp/$1/$2" && read -r -t 2 line <&7; then
			exec 7>&-
			return 0
		fi 2>/dev/null
		sleep 0.1
	done
	echo "# $1 port $2 does not greet after $i tries: $line"
	return 1
}

ask_all()
{
	"$builddir/tests/lab/ask" <"$work/questions" | cut -f1
}

# ask_before "ADDRESS:PORT ...": some hundred questions, answered in $work/before.
ask_before()
{
	local client to auth at
	for client in ${clients:-127.20.1.1 127.21.6.1 127.21.7.1 127.22.0.1 \
		127.30.2.2 127.31.9.9 127.31.8.1 127.32.1.1 127.33.0.9 \
		127.40.1.1 127.41.3.3 127.60.0.9}; do
		for to in root@far.example root@gw.lab.example root@partner.example \
			root@x.wide.example root@y.sub.example root@b.example \
			root@notb.example; do
			for auth in 0 1; do
				[[ $auth$client == 1${never_on:-} ]] && continue
				for at in $1; do
					printf '%s\t%s\t%s\t%s\n' "$client" \
						"$auth" "$at" "$to"
				done
			done
		done
	done >"$work/questions"
	ask_all >"$work/before"
	ok "$(wc -l <"$work/questions") questions are answered before" \
		[ "$(grep -c 'accept\|refuse' "$work/before")" -eq \
			"$(wc -l <"$work/questions")" ]
	ok 'some of them with yes' grep -q accept "$work/before"
}

# From a look at it to the first push.
adopt()
{
	ok 'a gateway' want 0 '' gateway add gw "ssh://root@$net.1:2222" \
		"mta=$1"
	ok 'trust' want 0 '' gateway trust gw --fingerprint \
		"$(ssh-keygen -lf "$trust" | cut -d' ' -f2)"
	ok 'a look at it' want 0 'nothing was changed' gateway adopt gw --dry-run
	cp "$work/out" "$work/notes"
	ok 'changed nothing' want 0 '"servers": \[\]' dump
	ok 'adopted' want 0 'next: relayadm check' gateway adopt gw
	ok 'once' want 1 'there is a server' gateway adopt gw
	ok 'committed' want 0 '' commit -m adopted --override route-loop
	ok 'pushed' want 0 OK push gw
}

same_answers()
{
	ask_all >"$work/after"
	paste "$work/before" "$work/after" "$work/questions" |
		awk '$1 != $2' >"$work/out"
	[ ! -s "$work/out" ]
}

other_answers()
{
	! same_answers
}
