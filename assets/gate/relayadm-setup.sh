# What a gateway needs so that its console has the least right there.  Run it as
# root on the gateway, as often as you like.  It makes
#   the account $account, which can log in by one key and do one thing with it
#   $lib/enter   what that key runs, whatever was asked for
#   $lib/gate    what enter may run as root: the script that pushes, restarts and
#                puts back, and only in the version whose digest is in it
#   /etc/sudoers.d/$account   the one line that allows it
#   a unit (or a cron line) that undoes at boot what a power failure cut short
# To take it back: userdel -r $account; rm -r $lib /etc/sudoers.d/$account
# and the unit relayadm-boot.service (or /etc/cron.d/relayadm).
# shellcheck shell=sh disable=SC2154 # $key and $want are set above
set -eu
umask 022
PATH=/usr/sbin:/usr/bin:/sbin:/bin
account=relayadm
home=/var/lib/relayadm-ssh
lib=/usr/local/lib/relayadm

stop()
{
	echo "relayadm setup: $*" >&2
	exit 1
}

# place FILE MODE: standard input becomes the file, whole or not at all.
place()
{
	cat >"$1.new"
	chown root:root "$1.new"
	chmod "$2" "$1.new"
	mv -f "$1.new" "$1"
	echo "relayadm setup: $1"
}

make_account()
{
	if ! id "$account" >/dev/null 2>&1; then
		if command -v useradd >/dev/null; then
			useradd --system --home-dir "$home" --shell /bin/sh \
				--password '*' "$account"
		else
			adduser -S -D -h "$home" -s /bin/sh "$account"
		fi
	fi
	[ "$(id -u "$account")" -ne 0 ] || stop "$account is root"
	# Root's, so that the account cannot change how it is let in.
	mkdir -p "$home/.ssh"
	chown root:root "$home" "$home/.ssh"
	chmod 755 "$home" "$home/.ssh"
	place "$home/.ssh/authorized_keys" 644 <<-END
		restrict,command="$lib/enter" $key
	END
}

make_gate()
{
	mkdir -p "$lib"
	chown root:root "$lib"
	chmod 755 "$lib"
	place "$lib/enter" 755 <<-END
		#!/bin/sh
		exec sudo -n $lib/gate
	END
	sed "s/@WANT@/$want/" <<-'END' | place "$lib/gate" 755
		#!/bin/sh
		# Runs, as root, the script that the console sends, if it is the one that
		# relayadm gateway setup knew, and nothing else.
		PATH=/usr/sbin:/usr/bin:/sbin:/bin
		export PATH
		read -r n || exit 1
		case $n in
		'' | *[!0-9]* | ????????*) exit 1 ;;
		esac
		s=$(dd bs="$n" count=1 iflag=fullblock 2>/dev/null)
		have=$(printf '%s\n' "$s" | sha256sum)
		[ "${have%% *}" != @WANT@ ] || eval "$s"
		[ "${have%% *}" != @WANT@ ] || exit 1
		read -r magic version verb nonce || exit 1
		case $nonce in
		'' | *[!0-9a-f]*) exit 1 ;;
		esac
		echo "RELAYADM-RESULT $nonce 0 REFUSED the gateway was set up for another version of relayadm; run relayadm gateway setup again and its script on the gateway"
	END
}

make_sudoers()
{
	command -v sudo >/dev/null || stop "sudo is not installed"
	mkdir -p /etc/sudoers.d
	digest=$(sha256sum <"$lib/gate")
	place "/etc/sudoers.d/$account" 440 <<-END
		Defaults:$account !requiretty
		$account ALL=(root) NOPASSWD: sha256:${digest%% *} $lib/gate ""
	END
	if command -v visudo >/dev/null; then
		visudo -cqf "/etc/sudoers.d/$account" || {
			rm -f "/etc/sudoers.d/$account"
			stop "sudo does not take its line"
		}
	fi
}

make_boot()
{
	if [ -d /etc/systemd/system ] && command -v systemctl >/dev/null; then
		place /etc/systemd/system/relayadm-boot.service 644 <<-END
			[Unit]
			Description=Undo an unfinished relayadm push
			ConditionPathExists=/var/lib/relayadm/journal
			DefaultDependencies=no
			After=local-fs.target
			Before=postfix.service exim4.service opensmtpd.service

			[Service]
			Type=oneshot
			ExecStart=/bin/sh /var/lib/relayadm/gate.sh boot

			[Install]
			WantedBy=multi-user.target
		END
		systemctl -q enable relayadm-boot.service ||
			stop "systemctl cannot enable relayadm-boot.service"
	elif [ -d /etc/cron.d ]; then
		place /etc/cron.d/relayadm 644 <<-END
			@reboot root [ ! -e /var/lib/relayadm/journal ] || sh /var/lib/relayadm/gate.sh boot
		END
	else
		echo "relayadm setup: neither systemd nor /etc/cron.d: let" \
			"'sh /var/lib/relayadm/gate.sh boot' run at boot" >&2
	fi
}

[ "$(id -u)" -eq 0 ] || stop "run it as root"
[ "$key" = none ] || {
	make_gate
	make_account
	make_sudoers
}
make_boot
echo 'relayadm setup: done'
