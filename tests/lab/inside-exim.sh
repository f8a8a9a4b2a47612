#!/bin/bash
# What is in force on an Exim is asked; see inside.sh.
srcdir=${srcdir:-.}
MTA=exim
export MTA
# shellcheck source=tests/lab/inside.sh
. "$srcdir/tests/lab/inside.sh"
