#!/bin/bash
# What was edited by hand on a gateway, into the draft; see edits.sh.
srcdir=${srcdir:-.}
MTA=exim
export MTA
# shellcheck source=tests/lab/edits.sh
. "$srcdir/tests/lab/edits.sh"
