#!/bin/sh
# Many random policies on a real OpenSMTPD 7; see rig.sh.
srcdir=${srcdir:-.}
MTA=opensmtpd7
# 66: a routed recipient at localhost passed a row "." that says reject.
RIG_CASES='66 178'
export MTA RIG_CASES
# shellcheck source=tests/lab/rig.sh
. "$srcdir/tests/lab/rig.sh"
