#!/bin/sh
# Random policies on a real Exim; see live.sh.
srcdir=${srcdir:-.}
MTA=exim
export MTA
# shellcheck source=tests/lab/live.sh
. "$srcdir/tests/lab/live.sh"
