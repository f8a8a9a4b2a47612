#!/bin/sh
# Every system call of an import, and of the undo of one: the program is killed
# before it, or the call fails, once or from then on.  Afterwards the list is
# the old one or the new one, the database is sound, nothing lies about, and
# the same again succeeds.  RELAYADM_POINTS: at how many calls for each kind,
# spread over all of them; "all" for every one (make check-slow).
set -u
LC_ALL=C
export LC_ALL
program=$(cd "${builddir:-.}" && pwd)/relayadm
sound=$(cd "${builddir:-.}" && pwd)/tests/store/sound
points=${RELAYADM_POINTS:-24}
[ "$points" = all ] && errors=all || errors=$((points / 4))
# In memory if there is a place: nothing here is about disks that are slow.
[ ! -w /dev/shm ] || TMPDIR=/dev/shm
dir=$(TMPDIR=${TMPDIR:-/tmp} mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/db"
db=$dir/db/policy.db
export RELAYADM_DB="$db" HOME="$dir" RELAYADM_CLOCK=2026-01-02T03:04:05Z
export SUDO_USER=anna # else who did it is looked up, and may not be found
parts=0

# Numbered when all of them are there.
ok()
{
	if [ -z "$2" ]; then
		echo "ok - $1"
	else
		echo "not ok - $1"
		echo "$2" | sed 's/^/# /' | head -20
	fi
}

# COMMAND...: beside the others, in a folder of its own; most of the time is
# spent in waiting for a lock that fails.
part()
{
	parts=$((parts + 1))
	mkdir -p "$dir/$parts/db"
	cp "$dir/list" "$dir/half" "$dir/start.db" "$dir/old" "$dir/new" \
		"$dir/all" "$dir/$parts"
	(
		dir=$dir/$parts
		db=$dir/db/policy.db RELAYADM_DB=$dir/db/policy.db HOME=$dir
		"$@"
	) >"$dir/$parts.out" 2>&1 &
}

skip()
{
	echo "1..0 # SKIP $1"
	exit 0
}

trace()
{
	timeout 20 strace -f -q -e signal=none "$@"
}

command -v strace >/dev/null || skip 'strace is not installed'
! nm -D "$program" 2>/dev/null | grep -q __asan_init ||
	skip 'a sanitizer does not run under a tracer'
trace -o /dev/null -e trace=umask true 2>/dev/null ||
	skip 'nothing may be traced here'

deed()
{
	case $1 in
	import) set -- import "$dir/list" --into list:work ;;
	undo) set -- undo ;;
	# Two transactions: what the judge must not let pass.
	halves) set -- import "$dir/half" --into list:work ;;
	esac
	if [ -n "${inject:-}" ]; then
		trace -o /dev/null -e "trace=${inject%%:*}" \
			-e "inject=$inject" "$program" "$@"
	else
		"$program" "$@"
	fi
}

# Everything there is to see.
look()
{
	"$program" dump --draft && "$program" imports
}

begin()
{
	rm -f "$db"*
	cp "$dir/start.db" "$db"
}

# DEED: what was, and what is to be.
states()
{
	begin
	look >"$dir/old" 2>&1 || exit 99
	deed "$1" >/dev/null 2>&1 || exit 99
	look >"$dir/new" 2>&1 || exit 99
	begin
	trace -o "$dir/record" "$program" --version >/dev/null 2>&1
	case $1 in
	undo) set -- undo ;;
	*) set -- import "$dir/list" --into list:work ;;
	esac
	trace -o "$dir/record" "$program" "$@" >/dev/null 2>&1 || exit 99
	# "123 openat(..." as "openat 17": the 17th of its name.
	sed -n 's/^[0-9]* *\([a-z0-9_]*\)(.*/\1/p' "$dir/record" |
		awk '{ print $1, ++n[$1] }' | grep -v '^execve ' >"$dir/all"
}

# N: so many of the calls on standard input.
spread()
{
	awk -v want="$1" '{ line[NR] = $0 } END {
		if (want == "all" || want > NR)
			want = NR
		for (i = 0; i < want; i++)
			print line[int((i + 0.5) * NR / want) + 1]
	}'
}

# DEED EXIT: is the state old or new, and is that what was said?
judge()
{
	now=neither
	look >"$dir/now" 2>&1 || now="unreadable: $(tail -n 1 "$dir/now")"
	cmp -s "$dir/now" "$dir/new" && now=new
	cmp -s "$dir/now" "$dir/old" && now=old
	case $2:$now in
	0:new | 137:old | 137:new) ;;
	[136]:old | [136]:new) said "$now" ;;
	127:old) grep -q 'error while loading' "$dir/err" ||
		echo "exit 127: $(cat "$dir/err")" ;;
	*) echo "exit $2, the state is $now: $(cat "$dir/err")" ;;
	esac
	"$sound" "$db"
	left=$(ls "$dir/db")
	[ "$left" = policy.db ] || echo "left behind: $left"
	[ "$now" = old ] || return
	deed "$1" >/dev/null 2>&1 || echo "the same again fails"
	look >"$dir/now" 2>&1
	cmp -s "$dir/now" "$dir/new" || echo "the same again comes to another"
}

# A refusal names the file and says whether anything was changed.
said()
{
	grep -qE "^relayadm: ($db|$dir/list|out of memory|standard output)" \
		"$dir/err" || echo "said: $(cat "$dir/err")"
	if grep -q 'nothing was changed' "$dir/err"; then
		[ "$1" = old ] || echo "something was changed"
	fi
}

# TITLE DEED FAULT...: at each of the calls on standard input.
try()
{
	title=$1 what=$2 wrong='' tried=0 hit=0
	shift 2
	while read -r call at; do
		for fault; do
			begin
			inject="$call:$(echo "$fault" | sed "s/@/$at/")"
			deed "$what" >"$dir/out" 2>"$dir/err"
			rc=$?
			inject=
			tried=$((tried + 1))
			[ $rc -eq 0 ] || hit=$((hit + 1))
			fault=$(judge "$what" $rc)
			[ -z "$fault" ] || wrong="$wrong$call $at: $fault
"
		done
	done
	[ "$title" != killed ] || [ $((hit * 10)) -ge $((tried * 9)) ] ||
		wrong="${wrong}only $hit of $tried were killed"
	ok "$what, $title: $tried calls, $hit ended it" "$wrong"
}

# DEED: before each of its calls.
killed()
{
	spread "$points" <"$dir/all" >"$dir/some"
	try 'killed' "$1" 'signal=KILL:when=@' <"$dir/some"
}

# TITLE DEED CALLS-PATTERN FAULT...: of the calls in the program's own time; with
# a share every fourth of them.
share=
fail()
{
	title=$1$share what=$2 calls=$3
	shift 3
	sed -n '/^umask /,$p' "$dir/all" | grep -E "^($calls) " |
		spread "$errors" |
		awk -v s="${share#, }" 's == "" || NR % 4 == s % 4' >"$dir/some"
	try "$title" "$what" "$@" <"$dir/some"
}

i=0
while [ $i -lt 3000 ]; do
	echo "192.0.$((i / 256)).$((i % 256))"
	i=$((i + 1))
done >"$dir/list"
head -n 1000 "$dir/list" >"$dir/half"
"$program" list add work >/dev/null
"$program" list set work comment=first entries+=198.51.100.1 >/dev/null
cp "$db" "$dir/start.db"

states import
part killed import
part fail 'nothing can be printed' import write 'error=ENOSPC:when=@' \
	'error=EIO:when=@'
part fail 'no space' import 'openat|pwrite64|fdatasync|ftruncate' \
	'error=ENOSPC:when=@' 'error=ENOSPC:when=@+'
# Much of that is waiting for a lock.
for share in ', 1' ', 2' ', 3' ', 4'; do
	part fail 'an I/O error' import \
		'open.*|read|p(read|write)64|f[^u].*|unlink|close|lseek|.*stat.*' \
		'error=EIO:when=@' 'error=EIO:when=@+'
done
share=
part fail 'interrupted' import \
	'openat|read|pread64|write|pwrite64|ftruncate|close|fcntl' \
	'error=EINTR:when=@'
part fail 'no memory' import mmap 'error=ENOMEM:when=@' 'error=ENOMEM:when=@+'
part fail 'no memory' import brk 'retval=0:when=@' 'retval=0:when=@+'
part fail 'too many files' import 'openat' 'error=EMFILE:when=@' \
	'error=EMFILE:when=@+'

# What is imported in two transactions is found out.
halved()
{
	begin
	deed halves >/dev/null 2>"$dir/err"
	wrong=$(judge import 137)
	case $wrong in
	*'the state is neither'*) ok 'a half is found out' '' ;;
	*) ok 'a half is found out' "passed: $wrong" ;;
	esac
}
part halved

begin
deed import >/dev/null
cp "$db" "$dir/start.db"
states undo
part killed undo
part fail 'an I/O error' undo 'pread64|pwrite64|fdatasync|ftruncate|unlink' \
	'error=EIO:when=@' 'error=EIO:when=@+'
wait
for i in $(seq $parts); do
	cat "$dir/$i.out"
done | awk '/^(not )?ok - / { sub(/ok/, "ok " ++n) } { print }
	END { print "1.." n }' >"$dir/all.out"
cat "$dir/all.out"
! grep -q '^not ok' "$dir/all.out"
