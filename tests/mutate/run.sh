#!/bin/sh
# How many small faults in the core its own tests find.
#
#	run.sh SOURCES WORK MUTATE FILE...
#
# Builds the core as a shared library and its tests against it in WORK, once
# plainly and once with the sanitizers.  Then, for each fault that mutate can
# make in a FILE: builds that object and the library, and runs the tests until
# one fails; with the sanitizers those that none found.  WORK/results/FILE has
# a line for each: killed, survived, uncompilable, or equivalent (the same
# code); then the file, the operator, the line and the change.
# Survivors that tests/mutate/survivors does not list with a reason are named
# at the end, and make it fail.
#
# MUTATE_ONLY: a file with lines of results; only those are done again.
# MUTATE_FROM: a number; what comes before it in a FILE has been done.
# MUTATE_EVERY: one fault of so many is made, for a sample.
set -u
sources=$1 work=$2 mutate=$3
shift 3
CC=${CC:-cc}
flags="-std=gnu11 -w -fPIC -I$work -I$sources -I$sources/policy
-I$sources/tests/policy"
sanitizers="-g -fsanitize=address,undefined -fno-sanitize-recover=all"
libs="${LIBS:--lcmocka -lidn2}"
export ASAN_OPTIONS="detect_leaks=1:hard_rss_limit_mb=1500"
export RELAYADM_SHRINK=0
# The first claim that fails is enough.
export CMOCKA_TEST_ABORT=1
export RELAYADM_EFFORT="${RELAYADM_EFFORT:-0.2}"
mkdir -p "$work/results" || exit 99

# --- what is built once ------------------------------------------------------

# The rest is about one of two: plain or sane.
use()
{
	kind=$1 dir=$work/$1 extra='' seconds=5
	[ "$kind" = plain ] || extra=$sanitizers seconds=30
	export LD_LIBRARY_PATH="$dir"
}

# object SOURCE OBJECT: unless it is newer than everything.
object()
{
	[ -f "$2" ] && [ -z "$(find "$sources/policy" "$sources/tests/policy" \
		-newer "$2" -name '*.[ch]' | head -1)" ] && return 0
	# shellcheck disable=SC2086 # a list of words
	$CC $flags $extra -O1 -c "$1" -o "$2.new" && mv "$2.new" "$2"
}

library()
{
	# shellcheck disable=SC2086
	$CC -shared $extra -o "$dir/libcore.so" "$dir"/core/*.o $libs
}

# shellcheck disable=SC2046,SC2086
build()
{
	mkdir -p "$dir/core" "$dir/model" "$dir/tests" || return 1
	for f in "$sources"/policy/*.c; do
		object "$f" "$dir/core/$(basename "$f" .c).o" || return 1
	done
	library || return 1
	for f in "$sources"/tests/policy/*.c; do
		object "$f" "$dir/model/$(basename "$f" .c).o" || return 1
	done
	for f in "$dir"/model/test_*.o; do
		$CC $extra -o "$dir/tests/$(basename "$f" .o)" "$f" \
			$(find "$dir/model" -name '*.o' ! -name 'test_*' \
				! -name emit.o) -L"$dir" -lcore $libs ||
			return 1
	done
}

# --- which tests ask about a file --------------------------------------------

# Words TEST or TEST:CLAIM, those that find most first; of all for "all".
tests_of()
{
	case $1 in
	set* | reach* | all)
		echo test_set test_reach test_difference \
			test_property:test_algebra test_property:test_sets \
			test_property:test_merges
		;;
	esac
	case $1 in
	difference* | all)
		echo test_difference test_difference_names \
			test_difference_words test_difference_gateways \
			test_property:test_difference \
			test_property:test_client_domains
		;;
	esac
	case $1 in
	recipient* | domain* | all)
		echo test_recipient test_domain test_policy \
			test_property:test_decisions
		;;
	esac
	case $1 in
	set* | reach* | difference* | recipient* | domain*) ;;
	lookup*)
		echo test_lookup test_policy test_reach test_change \
			test_property:test_decisions
		;;
	finder*)
		echo test_policy test_lookup test_finder test_finder_edit \
			test_change \
			test_property:test_decisions
		;;
	*)
		echo test_policy test_reach test_compile test_change \
			test_finder test_finder_edit \
			test_property:test_decisions
		;;
	esac
	# The sanitizers are asked about units of the above alone.
	[ "$kind" = plain ] && echo test_policy test_entries test_explain \
		test_findings test_property:test_findings
}

# A loop without an end is ended by the limit of CPU time, or of memory.
one_test()
{
	(
		# shellcheck disable=SC3045 # every shell has it
		ulimit -t "$seconds"
		# shellcheck disable=SC3045
		ulimit -c 0
		# shellcheck disable=SC3045
		[ "$kind" = sane ] || ulimit -v 2000000
		RELAYADM_CLAIM=
		case $1 in
		*:*) RELAYADM_CLAIM=${1#*:} ;;
		esac
		[ -z "$RELAYADM_CLAIM" ] || export RELAYADM_CLAIM
		exec "$dir/tests/${1%:*}"
	) >"$work/log" 2>&1
}

# Prints the test that found it.
found_by()
{
	asked=
	for test in $(tests_of "$1"); do
		case " $asked " in
		*" $test "*) continue ;;
		esac
		case $kind:$test in
		sane:*:*) continue ;;
		esac
		asked="$asked $test"
		if ! one_test "$test"; then
			echo "$test"
			return 0
		fi
	done
	return 1
}

# --- one fault ---------------------------------------------------------------

# What is compiled when the file is changed: the header is set.c's.
unit_of()
{
	case $1 in
	set_spans.h) echo set.c ;;
	*) echo "$1" ;;
	esac
}

# Compiles the changed unit: compile FLAGS OBJECT
compile()
{
	# shellcheck disable=SC2086
	timeout 60 $CC $flags $1 -I"$work/changed" \
		-c "$work/changed/$unit" -o "$2" 2>/dev/null
}

same_code()
{
	compile -O2 "$work/changed/new.o" || return 1
	cp "$work/changed/$file" "$work/changed/kept"
	cp "$sources/policy/$file" "$work/changed/$file"
	compile -O2 "$work/changed/old.o" || return 1
	mv "$work/changed/kept" "$work/changed/$file"
	cmp -s "$work/changed/new.o" "$work/changed/old.o"
}

# Is it found by the tests of one kind?  Leaves the name in by.
found()
{
	use "$1"
	compile "-O0 $extra" "$dir/core/${unit%.c}.o" && library &&
		by=$(found_by "$file")
}

# What is not freed is seen by the sanitizers alone.
is_leak()
{
	case "$operator $was" in
	"statement "*free*) return 0 ;;
	esac
	return 1
}

# one NUMBER: prints the outcome, and what found it.
one()
{
	"$mutate" make "$sources/policy/$file" "$1" \
		>"$work/changed/$file" || return 1
	if ! compile -O0 "$work/changed/try.o"; then
		echo uncompilable -
	elif ! is_leak && found plain; then
		echo "killed $by"
	elif same_code; then
		echo equivalent -
	elif found sane; then
		echo "killed $by, sanitized"
	else
		echo survived -
	fi
}

wanted()
{
	[ "$number" -ge "${MUTATE_FROM:-0}" ] || return 1
	[ $((number % ${MUTATE_EVERY:-1})) -eq 0 ] || return 1
	[ -z "${MUTATE_ONLY:-}" ] && return 0
	grep -qF "	$file	$operator	$was	$is" "$MUTATE_ONLY"
}

each_of()
{
	file=$1 unit=$(unit_of "$1")
	[ -n "${MUTATE_FROM:-}" ] || : >"$work/results/$file"
	rm -rf "$work/changed"
	mkdir -p "$work/changed" || exit 99
	for kind in plain sane; do
		cp "$work/$kind/core/${unit%.c}.o" "$work/$kind/kept.o" ||
			exit 99
	done
	[ "$file" = "$unit" ] || cp "$sources/policy/$unit" "$work/changed/"
	"$mutate" list "$sources/policy/$file" >"$work/list" || exit 99
	while IFS='	' read -r number line operator was is; do
		wanted || continue
		outcome=$(one "$number")
		printf '%s\t%s\t%s\t%s\t%s\t%s\n' "${outcome%% *}" "$file" \
			"$operator" "$was" "$is" "$line ${outcome#* }" \
			>>"$work/results/$file"
	done <"$work/list"
	for kind in plain sane; do
		mv "$work/$kind/kept.o" "$work/$kind/core/${unit%.c}.o"
	done
}

# --- all of them --------------------------------------------------------------

# A survivor is known by file, operator, line and change.
survivors()
{
	awk -F'\t' -v OFS='\t' '
	FNR == NR { if (NF > 4) reason[$1 OFS $2 OFS $3 OFS $4] = $5; next }
	{ count[$1]++ }
	$1 == "survived" {
		key = $2 OFS $3 OFS $4 OFS $5
		if (key in reason)
			listed++
		else
			print "survived: " key " (line " $6 ")"
	}
	END {
		judged = count["killed"] + count["survived"] - listed
		printf "%d killed, %d survived (%d of them equal in effect, " \
		    "by the list), %d the same code, %d uncompilable\n",
		    count["killed"], count["survived"], listed,
		    count["equivalent"], count["uncompilable"]
		if (judged)
			printf "%.1f %% of %d faults are found\n",
			    100 * count["killed"] / judged, judged
		exit (count["survived"] > listed)
	}' "$sources/tests/mutate/survivors" "$@"
}

for kind in plain sane; do
	use "$kind"
	build || exit 99
	for test in $(tests_of all); do
		one_test "$test" || {
			echo "mutate: $test fails without any fault:"
			tail -n 20 "$work/log"
			exit 99
		}
	done
done
for file in "$@"; do
	each_of "$file"
done
cd "$work/results" && survivors "$@"
