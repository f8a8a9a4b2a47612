#!/bin/sh
# Many random policies on a real OpenSMTPD 7; see rig.sh.
srcdir=${srcdir:-.}
MTA=opensmtpd7
# 66, 178: a routed recipient at localhost passed a row "." that says reject; 103,
# 164, 240, 374: one with a row of its own did not pass it.
RIG_CASES='66 103 164 178 240 374'
export MTA RIG_CASES
# shellcheck source=tests/lab/rig.sh
. "$srcdir/tests/lab/rig.sh"
