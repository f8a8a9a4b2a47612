#!/bin/sh
# Runs a program of unit tests.  cmocka says "not ok" of a test that it skips;
# here it is one that is skipped.
# What cannot be had is NULL under sanitizers, too.
ASAN_OPTIONS=allocator_may_return_null=1${ASAN_OPTIONS:+:$ASAN_OPTIONS}
export ASAN_OPTIONS
exec 3>&1
status=$( { { "$@" 2>&1; echo $? >&4; } |
	sed -u 's/^not ok \([0-9]*\) # SKIP/ok \1 # SKIP/' >&3; } 4>&1)
exit "$status"
