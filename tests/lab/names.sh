# shellcheck shell=sh disable=SC2154
# name_clients GATEWAY: it knows the names of the clients that have one in whim's
# questions.
name_clients()
{
	"$lab" run "$1" sh -c 'cat >>/etc/hosts' <<-'END'
	127.61.0.9 host.corp.example
	127.61.0.10 corp.example.evil.example
	127.61.0.11 notcorp.example
	127.61.0.12 corp.example
	127.61.0.13 a.b.corp.example
	2001:db8:61::9 host.corp.example
	2001:db8:61::10 corp.example.evil.example
	2001:db8:61::11 notcorp.example
	2001:db8:61::12 corp.example
	2001:db8:61::13 a.b.corp.example
	END
	# shellcheck disable=SC2016
	"$lab" run "$1" sh -c '[ ! -e /run/dnsmasq.pid ] ||
		kill -HUP "$(cat /run/dnsmasq.pid)"'
}
