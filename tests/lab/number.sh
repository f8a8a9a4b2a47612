# shellcheck shell=sh
# Sets $number to that of a gateway (130 to 199) which no other test of this
# machine has; it is ours until this shell and all that it started have ended.
# Without root there is no lab anyway.
number=130
while [ "$(id -u)" -eq 0 ]; do
	exec 8>"/run/relayadm-lab-$number.lock"
	flock -n 8 && break
	number=$((number + 1))
	[ $number -lt 200 ] || exit 1
done
