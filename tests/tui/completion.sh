#!/bin/sh
# What shells complete: the answers of the program, and the files that ask it.
set -u
top=$(cd "${srcdir:-.}" && pwd)
built=$(cd "${builddir:-.}" && pwd)
program=$built/relayadm
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
. "$top/tests/tap.sh"
export RELAYADM_DB="$dir/policy.db" HOME="$dir" XDG_CONFIG_HOME="$dir"
cd "$dir" || exit 99
r() { "$program" "$@" >out 2>errors; }
# The words alone, without what is said about them.
answer() { "$program" __complete "$@" 2>&1 | cut -f1; }

skip()
{
	n=$((n + 1))
	echo "ok $n # SKIP $1"
}

# --- before there is a database -------------------------------------------------
check 'commands are known without a database' \
	[ "$(answer -- lo | tr '\n' ' ')" = 'load log ' ]
check 'and no names' [ -z "$(answer -- list show '')" ]
check 'asking makes no database' [ ! -e policy.db ]

r server add internet --preset standard listen=127.0.0.1:2525
r list add branches entries=192.0.2.0/24
r gateway add mx1 ssh://root@127.0.0.1 group=edge servers=internet
r gateway add mx2 ssh://root@127.0.0.2 group=edge servers=internet
r invariant add lab kind=never-relays clients=192.0.2.64/26
r commit -m 'first' --override invariant-broken
r list set branches entries+=198.51.100.7
r commit -m 'second' --override invariant-broken
r list add later
r draft park waiting -m 'not yet' list:later
printf '203.0.113.9\n' >feed.txt
# shellcheck disable=SC2016 # a hostile name, as it stands
r import feed.txt --into list:branches --source '$(touch pwned)'
printf '203.0.113.10\n' >feed.txt
r import feed.txt --into list:branches --source 'two words'

# --- words typed, and the answers -------------------------------------------------
# A row: the line, a bar, the answers.  The line is split at blanks; '' is a word
# of nothing.
cat >rows <<'END'
lo|load log
help rev|revert
-|--ascii --database --help --json --mono --mouse --passphrase-fd --readonly --theme --version
--re|--readonly
--theme ''|auto dark high-contrast light mono
--theme=d|--theme=dark
--theme dark lo|load log
--database ''|:files
--database=|:files
--json --readonly undo -|--json
nothing ''|
list ''|add remove set show
list s|set show
list show ''|branches
list show b|branches
list show x|
list add ''|--json --sources
list add new en|entries+=
list set branches ''|comment= entries+= name=
list set branches -|--json --sources
list set branches entries+=l|entries+=list:branches
list set branches entries+=list:branches,|entries+=list:branches,list:branches
server show ''|internet
server add x --preset s|standard submission
server set internet relay.mode=|relay.mode=all-except relay.mode=only
server set internet authentication.tls=o|authentication.tls=offered
server set internet enabled=|enabled=false enabled=true
server set internet relay+=|relay+=list:branches
gateway ''|add adopt compare fingerprint forget remove set setup show test trust
gateway test ''|mx1 mx2
gateway compare ''|@edge mx1 mx2
gateway set mx1 mta=|mta=exim mta=opensmtpd mta=postfix
gateway set mx1 servers=|servers=internet
gateway trust mx1 --fi|--fingerprint
gateway setup mx1 --key ''|:files
invariant show ''|lab
invariant set lab kind=n|kind=never-relays
check ''|branches internet lab mx1 mx2
check br|branches
push ''|@edge mx1 mx2
push @|@edge
push mx1 ''|@edge mx1 mx2
push mx1 --rev ''|1 2
push --rev=|--rev=1 --rev=2
push --jobs ''|
push --override op|open-relay
push --override open-relay --ov|--override
push --force --fo|
status m|mx1 mx2
rollback mx1 ''|
render mx1 --out ''|:folders
render --out dir ''|mx1 mx2
render mx1 ''|--json --out --rev
diff ''|1 2
diff 1 ''|1 2
diff 1 2 ''|--json
dump ''|1 2
revert ''|1 2
log ''|gateway invariant list server
log gateway ''|mx1 mx2
log list ''|branches
draft ''|drop list park show take
draft take ''|waiting
draft park x b|
draft park x list:|list:branches
draft list ''|--dry-run --json --over -m
export ''|list:branches server:internet/clients server:internet/connection server:internet/local server:internet/never server:internet/relay server:internet/routing
export server:internet/r|server:internet/relay server:internet/routing
export list:branches --format po|postfix-cidr
import ''|:files
import x --into list|list:branches
import x --into=list|--into=list:branches
import x --format po|postfix-access postfix-cidr postfix-mynetworks
import x --accept w|wide
import x --accept wide,p|wide,private
import x --null-means ''|closed open
import x --rejects ''|:files
import x --rejects=y|:files
import x --source t|two words
imports ''|list:branches server:internet/clients server:internet/connection server:internet/local server:internet/never server:internet/relay server:internet/routing
decide ''|internet
decide --batch ''|:files
decide internet --client 192.0.2.1 --rec|--recipient
replay ''|:files
replay x y|:files
replay --gateway ''|mx1 mx2
replay --server smtpd=|smtpd=internet
replay --usage list|list:branches
report m|mx1 mx2
report --format ''|csv html json text
probe ''|mx1 mx2
probe mx1 --via ''|mx1 mx2
keys rev|revisions
load ''|:files
verify ''|:files
commit -|--json --override --ticket -m
commit -m ''|
END
mismatched=$(while IFS='|' read -r typed wanted; do
	set --
	for word in $typed; do
		[ "$word" = "''" ] && word=
		set -- "$@" "$word"
	done
	got=$(answer -- "$@" | tr '\n' ' ' | sed 's/ $//')
	[ "$got" = "$wanted" ] || echo "$typed: $got"
done <rows)
ok "words typed, and the answers ($(wc -l <rows) rows)" "$mismatched"
ok 'lines as they were typed, with quotes' "$(while IFS='|' read -r typed wanted
do
	got=$(answer --line "$typed" | tr '\n' ' ' | sed 's/ $//')
	[ "$got" = "$wanted" ] || echo "$typed: $got"
done <<END
relayadm lo|load log
relayadm  list  show  |branches
relayadm list show 'br|branches
relayadm list "show" br|branches
relayadm "list" sh"|show
./relayadm --database '$dir/none.db' list show |
relayadm --database "$dir/policy.db" list show |branches
relayadm|
END
)"
check 'a database that is named and not there is not made' [ ! -e none.db ]
check 'a word and what is said about it are one line' [ "$(
	"$program" __complete -- show '')" = "$(printf '1\tfirst\n2\tsecond')" ]
# shellcheck disable=SC2016
check 'what a program would run is offered as it stands' \
	[ "$(answer -- import x --source '$')" = '$(touch pwned)' ]

# --- nothing is forgotten ----------------------------------------------------------
"$program" help | sed -n 's/^  \([a-z]*\)  *[a-z].*/\1/p' | sort >commands
ok 'every command is offered' "$(answer -- '' | diff - commands)"
ok 'every option before a command is offered' "$(
	answer -- - >answers
	sed -n '/^const struct option global_options/,/^}/s/.*{ "\([a-z-]*\)",.*/--\1/p' \
		"$top/tui/main.c" | sort | diff answers -)"
ok 'every option of every usage is offered' "$(while read -r command; do
	answer -- "$command" - | sort >answers
	"$program" help "$command" | sed 1q |
		grep -oE -- '(^|[^[:alnum:]-])--?[a-z][a-z-]*' |
		grep -oE -- '--?[a-z].*' | { cat; echo --json; } | sort -u |
		diff answers - | sed "s/^/$command: /"
done <commands)"
# What nobody but the administrator knows: numbers, texts, addresses, hosts.
free=' A A:PORT ADDRESS ADDRESS[:PORT] C DATE DOMAIN F H HOST N N[,M] NAME P R S SECONDS TEXT '
ok 'every value of an option is offered, or nobody can know it' "$(
	while read -r command; do
		"$program" help "$command" | sed 1q | grep -oE -- \
			'--[a-z-]+ (\[SERVICE=\])?[A-Za-z][^ |]*' |
			while read -r option value; do
			value=$(echo "$value" | sed 's/\]*\(\.\.\.\)*$//
				s/^\(.*\[[^]]*\)$/\1]/')
			[ -n "$(answer -- "$command" "$option" '')" ] && continue
			case $free in
			*" $value "*) ;;
			*) echo "$command $option $value" ;;
			esac
		done
	done <commands)"
ok 'what a usage calls FILE, REV, TARGET, SERVER, GATEWAY or a verb is offered' "$(
	while read -r command; do
		"$program" help "$command" | sed 1q | grep -qE \
			'^usage: relayadm [a-z]+ \[?(FILE|LOG|REV|FROM|TARGET|SERVER|GATEWAY|SCREEN|COMMAND|[a-z]+\|)' ||
			continue
		case $(answer -- "$command" '') in
		'' | --* | -m*) echo "$command" ;;
		esac
	done <commands)"
ok 'those that can be offered are' "$(while read -r command option; do
	[ -n "$(answer -- "$command" "$option" '')" ] || echo "$command $option"
done <<'END'
export --format
import --format
import --source
server --preset
check --rev
decide --rev
export --rev
push --rev
render --rev
replay --rev
report --rev
END
)"
ok 'every code that keeps a commit from being made is offered' "$(
	grep -hA1 'finding_new(' "$top"/policy/check_*.c | tr -d '\n' |
		sed 's/finding_new(/\n&/g' |
		sed -n 's/^finding_new([^,]*, "\([a-z-]*\)",[[:space:]]*LEVEL_ERROR.*/\1/p' |
		{ cat; echo; sed -n 's/.*\.code = "\([a-z-]*\)",/\1/p' \
			"$top/tui/site_check.c"; } | grep . | sort -u >codes
	[ "$(wc -l <codes)" -gt 8 ] || echo 'the codes are not found'
	answer -- commit --override '' | diff - codes)"

# --- silent, at once, and harmless ---------------------------------------------------
echo 'no database' >not.db
ok 'nothing is said of what fails' "$(
	for words in '--database not.db list show' '--database / list show' \
		'--database /nowhere/x.db export' '--passphrase-fd' \
		'--no-such-option list show' 'list show --'; do
		# shellcheck disable=SC2086
		"$program" __complete -- $words '' >out 2>errors ||
			echo "$words: exit $?"
		[ -s errors ] && cat errors
		grep -i 'relayadm:\|cannot' out
	done
	"$program" __complete; "$program" __complete --line
	"$program" __complete --line ''; "$program" __complete --)"
check 'a closed output is no error' sh -c '"$1" __complete -- "" >&- 2>errors
	[ ! -s errors ]' sh "$program"
if command -v strace >/dev/null && strace -o trace true 2>errors; then
	strace -f -o trace -e trace=connect,sendto,unlink,mkdir,rename \
		"$program" __complete -- gateway test '' >out 2>errors
	check 'no gateway is asked' sh -c 'grep -q mx1 out &&
		! grep -q "connect(\|sendto(" trace'
else
	skip 'strace is not installed'
fi

# Of a processor, for ten answers: how busy the machine is does not count.
milliseconds()
{
	sh -c 'program=$1; shift
		for _ in 1 2 3 4 5 6 7 8 9 10; do
			"$program" __complete "$@" >out
		done
		times' sh "$program" "$@" | sed 1d | tr -d 's' | tr 'm' ' ' |
		awk '{ printf "%d\n", ($1 * 60 + $2 + $3 * 60 + $4) * 1000 }'
}
seq 0 199999 | awk '{ printf "20.%d.%d.%d\n", $1 / 65536, $1 / 256 % 256,
	$1 % 256 }' >long.txt
awk 'BEGIN { print "{ \"relayadm\": 1, \"lists\": [";
	for (i = 0; i < 1000; i++)
		printf "%s{ \"name\": \"l%d\" }\n", i ? "," : "", i
	print "] }" }' >many.json
r load many.json --merge
r import long.txt --into list:long
most=500
grep -q __asan_init "$program" && most=5000
took=$(milliseconds -- export list:long)
check "200,000 entries, 1,000 lists: $took ms for ten answers" [ "$took" -lt "$most" ]
check 'and the answer is there' grep -qx list:long out

# --- bash -----------------------------------------------------------------------
# Lines typed up to the cursor, completed as readline would have it done.
cat >ask.bash <<'END'
source "$1"
compopt() { options+=" $2"; }
ask() {
	COMP_LINE=$1 COMP_POINT=${#1} options=
	local IFS=$' \t\n' text=$1
	for mark in : = @; do text=${text//"$mark"/" $mark "}; done
	COMP_WORDS=($text)
	[[ $1 == *[[:blank:]:=@] ]] && COMP_WORDS+=('')
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	_relayadm relayadm "${COMP_WORDS[COMP_CWORD]}" x
	printf '<%s>' "${COMPREPLY[@]}"
	printf '%s\n' "$options"
}
while IFS= read -r line; do ask "$line"; done
END
bash_says() { PATH=$2 bash --norc ask.bash \
	"$top/assets/completions/relayadm.bash" <"$1" 2>&1; }
if command -v bash >/dev/null; then
	# shellcheck disable=SC2016
	printf '%s\n' 'relayadm lo' 'relayadm export list:b' \
		'relayadm import x --into=list:b' 'relayadm push @' \
		'relayadm gateway set mx1 mta=p' 'relayadm import x --source ' \
		'relayadm load ' 'relayadm render mx1 --out ' 'relayadm --them' \
		"relayadm list show 'br" 'relayadm server set internet relay.m' \
		'relayadm --database $(touch pwned) list show ' \
		'relayadm list show `touch pwned`' \
		'relayadm list show "$(touch pwned)' \
		"relayadm import x --source '" 'relayadm nothing ' >lines
	cat >wanted <<'END'
<load><log>
<branches>
<branches>
<edge>
<postfix>
<\$\(touch\ pwned\)><long.txt><two\ words>
<> default
<> dirnames
<--theme>
<branches>
<relay.mode=> nospace
<>
<>
<>
<long.txt>
<>
END
	bash_says lines "$built:$PATH" >out
	ok 'bash completes' "$(diff out wanted)"
	# shellcheck disable=SC2016
	PATH=$built:$PATH bash --norc -c 'source "$1"; COMP_WORDS=(relayadm lo)
		COMP_CWORD=1; _relayadm; echo "${COMPREPLY[@]}"' bash \
		"$top/assets/completions/relayadm.bash" >out 2>&1
	check 'also by the words alone' [ "$(cat out)" = 'load log' ]
	check 'the file is registered' sh -c 'bash --norc -c \
		"source \"$1\"; complete -p relayadm" | grep -q _relayadm' sh \
		"$top/assets/completions/relayadm.bash"
	mkdir hostile
	cat >hostile/relayadm <<'END'
#!/bin/sh
printf '%s\n' '$(touch pwned)' '`touch pwned`' "a'b" 'a"b' 'x;touch pwned' \
	'a b' '*' '~' 'back\slash' '!!' '-n' 'é'
END
	chmod +x hostile/relayadm
	echo 'relayadm x ' >lines
	cat >reread.bash <<'END'
source "$1"
COMP_LINE='relayadm x ' COMP_POINT=11
_relayadm relayadm '' x
for word in "${COMPREPLY[@]}"; do
	eval "set -- $word" && printf '%s\n' "$1"
done
END
	PATH=$dir/hostile:$PATH bash --norc reread.bash \
		"$top/assets/completions/relayadm.bash" >out 2>&1
	hostile/relayadm >wanted
	ok 'a hostile answer is the same word again after quoting' \
		"$(diff out wanted)"
else
	skip 'bash is not installed'
fi

# --- zsh, fish --------------------------------------------------------------------
if command -v zsh >/dev/null; then
	cat >ask.zsh <<'END'
compadd() {
	while [[ $1 != -- ]]; do shift; done
	shift
	print -rN -- "$@" | tr '\0\n' ' ?'
}
_files() { print -n "files$1 " }
compset() { print -n 'behind= ' }
ask() {
	words=("$@") CURRENT=$# PREFIX=$@[$#]
	source "$file"
	print
}
file=$1
ask relayadm lo
ask relayadm export list:b
ask relayadm import x --into=list:b
ask relayadm list show ''
ask relayadm server set internet relay.m
ask relayadm import x --source ''
ask relayadm load ''
ask relayadm render mx1 --out ''
ask relayadm import x --rejects=y
ask relayadm --database "'$PWD/policy.db'" push @
ask relayadm --database '$(touch pwned)' list show ''
END
	cat >wanted <<'END'
load log 
list:branches 
--into=list:branches 
branches l0 
relay.mode= 
$(touch pwned) long.txt two words 
files 
files-/ 
behind= files 
@edge 

END
	PATH=$built:$PATH zsh -f ask.zsh "$top/assets/completions/_relayadm" \
		>out 2>&1
	ok 'zsh completes' "$(sed 's/^branches l0 .*/branches l0 /' out |
		diff - wanted)"
else
	skip 'zsh is not installed'
fi
if command -v fish >/dev/null; then
	cat >ask.fish <<'END'
source $argv[1]
for line in 'relayadm lo' 'relayadm export list:b' \
	'relayadm import x --into=list:b' 'relayadm push @' \
	'relayadm import x --source ' 'relayadm load many' \
	'relayadm import x --rejects=many' "relayadm list show 'br" \
	'relayadm --database (touch pwned) list show ' 'relayadm nothing '
	set -l got (complete -C $line | string replace -r '\t.*' '')
	echo "$got"
end
END
	cat >wanted <<'END'
load log
list:branches
--into=list:branches
@edge
$(touch pwned) long.txt two words
many.json
--rejects=many.json
branches


END
	PATH=$built:$PATH fish --no-config ask.fish \
		"$top/assets/completions/relayadm.fish" >out 2>&1
	ok 'fish completes' "$(diff out wanted)"
else
	skip 'fish is not installed'
fi
check 'nothing of a line or of an answer was run' [ ! -e pwned ]
finish
