#!/bin/bash
# What is in force on an OpenSMTPD is asked; see inside.sh.
srcdir=${srcdir:-.}
MTA=${MTA:-opensmtpd7}
export MTA
# shellcheck source=tests/lab/inside.sh
. "$srcdir/tests/lab/inside.sh"
