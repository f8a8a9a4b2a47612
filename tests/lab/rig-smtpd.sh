#!/bin/sh
# Many random policies on a real OpenSMTPD 7; see rig.sh.
srcdir=${srcdir:-.}
MTA=opensmtpd7
export MTA
# shellcheck source=tests/lab/rig.sh
. "$srcdir/tests/lab/rig.sh"
