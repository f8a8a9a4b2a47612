#!/bin/sh
# Random policies on a real OpenSMTPD 7; see live.sh.  SEEDS=10 asks it more than
# 2,000 times; MTA=opensmtpd asks 6.8, that of Debian 12, which has no TLS that
# works.
srcdir=${srcdir:-.}
MTA=${MTA:-opensmtpd7}
SEEDS=${SEEDS:-4}
export MTA SEEDS
# shellcheck source=tests/lab/live.sh
. "$srcdir/tests/lab/live.sh"
