# For the scripts that look at the tree: sourced from its top.
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

# The plan, and the end.
finish()
{
	echo "1..$n"
	exit $bad
}
