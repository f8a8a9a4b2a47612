#!/bin/sh
# Many random policies on a real Exim; see rig.sh.
srcdir=${srcdir:-.}
MTA=exim RELAYADM_LAB_EXIM=plain # the quickest to build
export MTA RELAYADM_LAB_EXIM
# shellcheck source=tests/lab/rig.sh
. "$srcdir/tests/lab/rig.sh"
