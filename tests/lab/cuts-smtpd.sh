#!/bin/bash
# Pushes to a real OpenSMTPD 7 that are cut; see cuts-postfix.sh.
srcdir=${srcdir:-.}
MTA=opensmtpd7 CUTS=${CUTS:-120}
export MTA CUTS
# shellcheck source=tests/lab/cuts-postfix.sh
. "$srcdir/tests/lab/cuts-postfix.sh"
