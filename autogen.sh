#!/bin/sh
# Prepares a fresh clone:
#	autogen.sh [--install-deps] [--install-browser] [configure options]
# Without a browser the test that opens a report in one is skipped.
set -eu
cd "$(dirname "$0")"

packages='autoconf autoconf-archive automake libtool pkg-config make gcc g++
xz-utils
libc6-dev libidn2-dev libsqlite3-dev libjansson-dev libssh2-1-dev libssl-dev
libarchive-dev libc-ares-dev
libncurses-dev libcmocka-dev libvterm-dev
mmdebstrap openssh-client iproute2 procps strace nftables ipset shellcheck mandoc
libxml2-utils nmap zsh
clang libclang-rt-14-dev'
browser=chromium

# install PACKAGE...: those that are missing.
install()
{
	missing=
	for package; do
		dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null |
			grep -q '^install ok installed$' ||
			missing="$missing $package"
	done
	if [ -z "$missing" ]; then
		echo "autogen.sh: there already: $*" | tr '\n' ' '
		echo
		return
	fi
	root=
	if [ "$(id -u)" -ne 0 ]; then
		root=sudo
		command -v sudo >/dev/null || {
			echo "autogen.sh: run as root, or install sudo, to" \
				"install:$missing" >&2
			exit 1
		}
	fi
	echo "autogen.sh: installing by ${root:-root} with apt-get:$missing"
	$root apt-get update -q
	# shellcheck disable=SC2086 # a list of words
	$root env DEBIAN_FRONTEND=noninteractive \
		apt-get install -q -y --no-install-recommends $missing
}

while :; do
	case ${1:-} in
	--install-deps) wanted=$packages ;;
	--install-browser) wanted=$browser ;;
	*) break ;;
	esac
	# shellcheck disable=SC2086 # a list of words
	install $wanted
	shift
done
mkdir -p m4 build-aux
autoreconf --install --force
./configure "$@"
