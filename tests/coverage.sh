#!/bin/sh
# How much of policy/ its own tests reach: coverage.sh SOURCES WORK
#
# Builds the core and tests/policy/ and the fuzz targets on their corpora in
# WORK, runs them, and prints lines and branches (taken at least once, of
# those that gcov counts) of each file.  Fails below 95 % of the branches.
set -u
sources=$1 work=$2
CC=${CC:-cc}
flags="-std=gnu11 -w -O0 -I$work -I$sources -I$sources/policy
-I$sources/tests/policy"
libs="${LIBS:--lcmocka -lidn2}"

# shellcheck disable=SC2086 # lists of words
build()
{
	rm -rf "$work/core" "$work/tests"
	mkdir -p "$work/core" "$work/tests" || return 1
	cd "$work/core" || return 1
	for f in "$sources"/policy/*.c; do
		$CC $flags --coverage -c "$f" || return 1
	done
	cd "$work/tests" || return 1
	for f in "$sources"/tests/policy/*.c; do
		$CC $flags -O1 -c "$f" || return 1
	done
	shared=
	for f in *.o; do
		case $f in
		test_* | emit.o) ;;
		*) shared="$shared $f" ;;
		esac
	done
	for f in test_*.o; do
		$CC --coverage -o "${f%.o}" "$f" $shared ../core/*.o $libs ||
			return 1
	done
	for f in "$sources"/tests/fuzz/fuzz_*.c; do
		# those of other folders do not link
		name=$(basename "$f" .c)
		$CC $flags --coverage -o "replay_${name#fuzz_}" "$f" \
			"$sources/tests/fuzz/replay.c" ../core/*.o $libs \
			2>/dev/null
	done
	return 0
}

run()
{
	for program in test_* replay_*; do
		case $program in
		*.*) continue ;; # what the compiler left
		esac
		srcdir="$sources" "./$program" >log 2>&1 || {
			echo "coverage: $program fails:"
			tail -n 20 log
			return 1
		}
	done
}

# "File", "Lines executed", "Branches executed", "Taken at least once"
table()
{
	cd "$work/core" || return 1
	for f in *.gcda; do
		gcov -b -c "$f" 2>/dev/null
	done | awk -F"[':% ]+" '
	function count(text) { return int(text * 1) }
	/^File/ { file = $2; wanted = file ~ /\/policy\/[a-z_]*\.[ch]$/ }
	/^Lines executed/ && wanted {
		lines[file] = $3; of_lines[file] = $5
	}
	/^Taken at least once/ && wanted {
		taken[file] = $5; of[file] = $7
	}
	END {
		printf "%-36s %8s %10s\n", "", "lines", "branches"
		for (file in of_lines) {
			name = file
			sub(/.*\/policy\//, "policy/", name)
			printf "%-36s %7.2f%% %s\n", name, lines[file],
			    file in of ? sprintf("%7.2f%% of %d",
			    taken[file], of[file]) : "" | "sort"
			all += of[file]
			sum += taken[file] * of[file] / 100
		}
		close("sort")
		printf "%-36s %8s %7.2f%% of %d\n", "policy/", "",
		    all ? 100 * sum / all : 0, all
		exit !(all && sum / all >= 0.95)
	}'
}

build && cd "$work/tests" && run && table
