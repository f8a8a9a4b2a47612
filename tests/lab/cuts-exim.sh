#!/bin/bash
# Pushes to a real Exim that are cut; see cuts-postfix.sh.
srcdir=${srcdir:-.}
MTA=exim CUTS=${CUTS:-100}
export MTA CUTS
# shellcheck source=tests/lab/cuts-postfix.sh
. "$srcdir/tests/lab/cuts-postfix.sh"
