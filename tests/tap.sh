# For scripts: sourced, from the top of the tree or by srcdir.
# shellcheck shell=sh
n=0 bad=0

# ok WHAT FAULTS: passes when no fault was found, else prints them.
ok()
{
	n=$((n + 1))
	if [ -z "$2" ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		echo "$2" | sed 's/^/# /'
		bad=1
	fi
}

# check WHAT COMMAND...: passes when the command does, else shows the files out and
# errors, where there are such.
check()
{
	what=$1
	shift
	n=$((n + 1))
	if "$@"; then
		echo "ok $n - $what"
	else
		echo "not ok $n - $what"
		cat out errors 2>/dev/null | sed 's/^/# /' | head -20
		bad=1
	fi
}

# The plan, and the end.
finish()
{
	echo "1..$n"
	exit $bad
}
