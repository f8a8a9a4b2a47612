#!/bin/sh
# Every call by which an edit, an import or a commit changes a file of the
# database fails once: with no space, with an I/O error, and with the program
# killed in the middle of it.  Afterwards the database opens and is as it was
# before or as it was to become, and what was refused was refused in words.
set -u
program=${builddir:-.}/relayadm
fault=${builddir:-.}/tests/store/.libs/fault.so
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
export RELAYADM_DB="$dir/policy.db" HOME="$dir"
export RELAYADM_CLOCK=2026-01-02T03:04:05Z
n=0 bad=0

ok()
{
	n=$((n + 1))
	if [ -z "$2" ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		echo "$2" | sed 's/^/# /' | head -20
		bad=1
	fi
}

if nm -D "$program" 2>/dev/null | grep -q __asan_init; then
	echo "1..0 # SKIP a sanitizer must be loaded first"
	exit 0
fi

deed()
{
	case $1 in
	edit) "$program" list set work comment=changed ;;
	import) "$program" import "$dir/list" --into list:work ;;
	commit) "$program" commit -m 'all of it' ;;
	undo) "$program" undo ;;
	esac
}

# Everything there is to see.
look()
{
	"$program" dump --draft || return
	"$program" log 2>&1
	"$program" imports
	"$program" list show work --sources
	"$program" undo && "$program" dump --draft
}

begin()
{
	rm -f "$dir"/policy.db*
	cp "$dir/start.db" "$RELAYADM_DB"
}

# what KIND STEP: is the state old or new, and is that what was said?
judge()
{
	look >"$dir/now" 2>&1 || {
		echo "call $2: afterwards: $(tail -n 1 "$dir/now")"
		return
	}
	now=neither
	cmp -s "$dir/now" "$dir/new" && now=new
	cmp -s "$dir/now" "$dir/old" && now=old
	case $3:$now in
	0:new | 137:old | 137:new) ;;
	3:old | 3:new)
		grep -qE "^relayadm: $RELAYADM_DB: (the disk is full|cannot be|you may only read)" \
			"$dir/err" || echo "call $2: said: $(cat "$dir/err")" ;;
	*) echo "call $2: exit $3, the state is $now: $(cat "$dir/err")" ;;
	esac
	[ $now = old ] && grep -q 'nothing was changed' "$dir/err" && return
	[ $now = new ] && grep -q 'nothing was changed' "$dir/err" &&
		echo "call $2: something was changed"
}

# try KIND ERROR: all calls, one after the other.
try()
{
	at=0 wrong='' hit=1
	while [ $hit -eq 1 ] && [ $at -lt 200 ]; do
		at=$((at + 1))
		begin
		(
			export FAULT_PATH="$RELAYADM_DB" FAULT_AT=$at \
				FAULT_ERROR="$2" LD_PRELOAD="$fault"
			deed "$1"
		) >"$dir/out" 2>"$dir/err"
		rc=$?
		grep -q '^fault: ' "$dir/err" || hit=0
		wrong="$wrong$(judge "$1" "$at $(grep '^fault: ' "$dir/err")" $rc)"
	done
	[ $at -gt 3 ] || wrong="only $at calls were seen"
	ok "$1, $2 at each of $((at - 1)) calls" "$wrong"
}

i=0
while [ $i -lt 3000 ]; do
	echo "192.0.$((i / 256)).$((i % 256))"
	i=$((i + 1))
done >"$dir/list"
"$program" list add work >/dev/null
"$program" list set work comment=first >/dev/null
cp "$RELAYADM_DB" "$dir/start.db"
for kind in edit import commit undo; do
	begin
	look >"$dir/old"
	begin
	deed $kind >/dev/null || exit 99
	look >"$dir/new"
	for error in ENOSPC EIO KILL; do
		try $kind $error
	done
done
echo "1..$n"
exit $bad
