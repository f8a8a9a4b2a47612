#!/bin/sh
# run.sh FOLDER SECONDS TARGET...: builds the fuzz targets of the sources in
# FOLDER/src with clang, libFuzzer and the sanitizers, and lets each of them look
# for SECONDS.  Prints what automake's driver would, so that it can be counted.
set -u
dir=$1 seconds=$2
shift 2
src=$dir/src
passed=0 failed=0

skip()
{
	echo "SKIP: fuzz - $1"
	echo "# SKIP: 1"
	exit 0
}

command -v clang >/dev/null || skip "clang is missing"
mkdir -p "$dir/found" || exit 1
echo 'int LLVMFuzzerTestOneInput(const char *d, unsigned long n);
int LLVMFuzzerTestOneInput(const char *d, unsigned long n) { return d && !n; }' \
	>"$dir/try.c"
clang -fsanitize=fuzzer,address "$dir/try.c" -o "$dir/try" 2>/dev/null ||
	skip "clang has no libFuzzer (libclang-rt-14-dev)"
(
	cd "$dir" || exit 1
	[ -f Makefile ] || "$src/configure" CC=clang CFLAGS='-O1 -g' \
		--enable-fuzzing --enable-sanitizers >configure.log || exit 1
	make -j2 "$@"
) >"$dir/build.log" 2>&1 || {
	tail -n 30 "$dir/build.log"
	echo "FAIL: fuzz - the build"
	echo "# FAIL: 1"
	exit 1
}

# look TARGET: what it finds goes to $dir/found, what it says to a log.
look()
{
	name=${1##*fuzz_}
	mkdir -p "$dir/corpus/$name"
	"$dir/$1" -max_total_time="$seconds" -timeout=10 -max_len=4096 \
		-rss_limit_mb=2048 -print_final_stats=1 \
		-artifact_prefix="$dir/found/$name-" "$dir/corpus/$name" \
		"$src/tests/fuzz/corpus/$name" >"$dir/$name.log" 2>&1
}

# Two at a time.
while [ $# -gt 0 ]; do
	first=$1 second=${2:-}
	look "$first" &
	pid=$!
	rc2=0
	if [ -n "$second" ]; then
		look "$second"
		rc2=$?
		shift
	fi
	wait $pid
	rc1=$?
	shift
	for pair in "$first $rc1" ${second:+"$second $rc2"}; do
		target=${pair% *} name=${pair%% *}
		name=${name##*fuzz_}
		runs=$(sed -n 's/^stat::number_of_executed_units: *//p' \
			"$dir/$name.log")
		if [ "${pair##* }" -eq 0 ]; then
			passed=$((passed + 1))
			echo "PASS: $target, ${runs:-0} inputs"
		else
			failed=$((failed + 1))
			tail -n 40 "$dir/$name.log"
			echo "FAIL: $target, see $dir/found"
		fi
	done
done
echo "# PASS: $passed"
echo "# FAIL: $failed"
[ $failed -eq 0 ]
