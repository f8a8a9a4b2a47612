#!/usr/bin/perl
# Stands in for Postfix and for ssh in cuts.sh, under their names.  The mail
# server reads its files when it starts or reloads, listens where master.cf says,
# and tells after NOOP which list of clients it has read.  The link runs the
# command right here; $W/fault says what becomes of it:
#     up N, down N   cut when N bytes have passed to the gateway, from it
#     fork N         the script on the gateway is killed when it starts the Nth
#                    process by fork(), or (vfork N) by vfork()
#     call N         the Nth call of a program of the mail server fails
# "count" counts the programs into $W/forks, and the calls into $W/calls.
# $W/enter has the words of a command that runs it elsewhere, a line each;
# $W/change is a substitution in the script, for controls.
use strict;
use warnings;

# What most calls do not need is loaded late.
my $W = $ENV{W} || '/run/cuts';
my $base = '/var/lib/relayadm';
my ($name) = $0 =~ m{([^/]+)$};

sub slurp
{
	my ($path) = @_;
	local $/;
	open(my $f, '<', $path) or return '';
	return scalar(<$f>) // '';
}

sub spill
{
	my ($path, $text) = @_;
	open(my $f, '>', $path) or die "$path: $!";
	print $f $text;
	close($f);
}

my ($fault, $when) = split ' ', slurp("$W/fault");
($fault, $when) = ('none', 0) unless defined $when;

# --- the mail server ------------------------------------------------------------

sub pid
{
	my $pid = slurp("$W/queue/pid/master.pid");
	return $pid =~ /(\d+)/ && kill(0, $1) ? $1 : 0;
}

sub load
{
	my ($file) = glob("$base/current/server/*/relay.cidr");
	my %live = map { (split /\t/)[2, 3] } split /\n/,
	    slurp("$base/current/live");
	return (slurp($file // '') =~ /^(\S+)/ ? $1 : 'none', \%live);
}

sub talk
{
	my ($s, $row, $live) = @_;
	print $s "220 standin\r\n";
	while (my $line = <$s>) {
		$line =~ s/\r?\n//;
		my $reply = '250 ok';
		$reply = "250 $row" if $line eq 'NOOP';
		$reply = ($live->{$1} // '550') . ' so it is'
		    if $line =~ /^RCPT TO:(.*)/;
		$reply = '221 bye' if $line eq 'QUIT';
		print $s "$reply\r\n";
		last if $line eq 'QUIT';
	}
}

sub serve
{
	require IO::Select;
	require IO::Socket::INET;
	my (%open, $row, $live);
	my $again = 1;
	$SIG{HUP} = sub { $again = 1 };
	$SIG{PIPE} = 'IGNORE';
	while (1) {
		if ($again) {
			$again = 0;
			my %want = map { $_ => 1 } slurp("$W/etc/master.cf") =~
			    /^(\S+:\d+)\s+inet/mg;
			delete $open{$_} for grep { !$want{$_} } keys %open;
			$open{$_} //= IO::Socket::INET->new(LocalAddr => $_,
			    Listen => 9, ReuseAddr => 1) for keys %want;
			($row, $live) = load();
			spill("$W/queue/pid/master.pid", "$$\n");
		}
		my $ready = IO::Select->new(grep { $_ } values %open);
		if (!$ready->count) {
			select(undef, undef, undef, 0.05);
			next;
		}
		for my $listener ($ready->can_read(0.2)) {
			my $s = $listener->accept or next;
			$s->autoflush(1);
			talk($s, $row, $live);
		}
	}
}

sub start
{
	return 1 if pid();
	unlink "$W/queue/pid/master.pid";
	require POSIX;
	my $child = fork() // return 1;
	if (!$child) {
		POSIX::setsid();
		open(STDIN, '<', '/dev/null');
		open(STDOUT, '>', '/dev/null');
		open(STDERR, '>', '/dev/null');
		POSIX::close($_) for 3 .. 20;
		$0 = 'standin';
		serve();
	}
	for (1 .. 200) {
		return 0 if pid();
		select(undef, undef, undef, 0.01);
	}
	return 1;
}

sub stop
{
	my $pid = pid() or return 1;
	kill 'TERM', $pid;
	for (1 .. 200) {
		return 0 unless kill(0, $pid);
		select(undef, undef, undef, 0.01);
	}
	return 1;
}

sub reload
{
	my $pid = pid() or return 1;
	unlink "$W/queue/pid/old";
	rename "$W/queue/pid/master.pid", "$W/queue/pid/old";
	kill 'HUP', $pid;
	for (1 .. 200) {
		return 0 if -s "$W/queue/pid/master.pid";
		select(undef, undef, undef, 0.01);
	}
	return 1;
}

my %setting = (config_directory => "$W/etc", mail_owner => 'root',
	mail_version => '3.7.11', queue_directory => "$W/queue",
	daemon_directory => "$W/lib", setgid_group => 'root');

sub postconf
{
	return print "lmdb\n" if grep { $_ eq '-m' } @ARGV;
	print $setting{$ARGV[-1]}, "\n" if $setting{$ARGV[-1]};
}

# The staged files are asked: the answers are those that are wanted.
sub smtpd
{
	my ($new) = sort { $b <=> $a } map { m{(\d+)$} } glob("$base/gen/[0-9]*");
	print "220 standin\r\n";
	for (split /\n/, slurp("$base/gen/$new/questions")) {
		my $wanted = (split /\t/)[5];
		print "220 ok\r\n250 ok\r\n250 ok\r\n$wanted ok\r\n250 ok\r\n";
	}
	print "221 bye\r\n";
}

# The call that is to fail?
sub fails
{
	return 0 unless $fault eq 'call' || $fault eq 'count';
	my $n = (slurp("$W/calls") || 0) + 1;
	spill("$W/calls", $n);
	return $n == $when;
}

# --- the link ---------------------------------------------------------------------

sub read_script
{
	my ($in) = @_;
	my $text = '';
	sysread($in, $text, 1, length $text) or exit 255
	    while $text !~ /\n$/;
	my $n = $text + 0;
	$text = '';
	sysread($in, $text, $n - length $text, length $text) or exit 255
	    while length $text < $n;
	my $change = slurp("$W/change");
	eval "\$text =~ $change; 1" or die $@ if $change;
	return length($text) . "\n$text";
}

sub ssh
{
	require IO::Select;
	require POSIX;
	pipe(my $in, my $to) and pipe(my $from, my $out) or exit 255;
	my $child = fork() // exit 255;
	if (!$child) {
		POSIX::dup2(fileno $in, 0);
		POSIX::dup2(fileno $out, 1);
		POSIX::close($_) for 3 .. 30;
		my $calls = $fault eq 'vfork' ? 'vfork' :
		    $fault eq 'fork' ? 'clone' : 'clone,vfork';
		my @trace = ('strace', '-qq', '-e', 'signal=none', '-o',
		    "$W/forks", '-e', "trace=$calls");
		push(@trace, '-e', "inject=$calls:signal=KILL:when=$when")
		    if $fault =~ /fork$/;
		@trace = () unless $fault =~ /fork$|^count$/;
		exec(split("\n", slurp("$W/enter")), @trace, '/bin/sh', '-c',
		    $ARGV[-1]);
		exit 127;
	}
	spill("$W/gate.pid", $child);
	close($in);
	close($out);
	$SIG{PIPE} = 'IGNORE';
	my ($up, $down) = (0, 0);
	$| = 1;
	my $script = read_script(\*STDIN);
	my $pass = sub {
		my ($to, $data, $count, $kind) = @_;
		my $room = $fault eq $kind ? $when - $$count : length $data;
		my $cut = $room < length $data;
		$data = substr($data, 0, $room) if $cut;
		while (length $data) {
			my $n = syswrite($to, $data);
			exit 255 unless defined $n || $kind eq 'up';
			last unless defined $n;
			$$count += $n;
			substr($data, 0, $n) = '';
		}
		exit 255 if $cut;
	};
	$pass->($to, $script, \$up, 'up');
	my $ready = IO::Select->new(\*STDIN, $from);
	while (1) {
		for my $one ($ready->can_read) {
			my $n = sysread($one, my $data, 65536);
			if ($n && $one == $from) {
				$pass->(\*STDOUT, $data, \$down, 'down');
			} elsif ($n) {
				$pass->($to, $data, \$up, 'up');
			} elsif ($one == $from) {
				waitpid($child, 0);
				spill("$W/passed", "$up $down\n");
				exit($? & 127 ? 255 : $? >> 8);
			} else {
				$ready->remove($one);
				close($to);
			}
		}
	}
}

if ($name eq 'ssh') {
	ssh();
} elsif ($name eq 'smtpd') {
	smtpd();
} elsif ($name eq 'postconf') {
	exit 1 if fails();
	postconf();
} elsif ($name eq 'postmap') {
	exit 1 if fails();
	spill($1, '') if $ARGV[-1] =~ /^lmdb:(.*)/ && "@ARGV" !~ /-q/;
} elsif ($name eq 'postfix') {
	exit 1 if fails();
	my $verb = $ARGV[-1];
	exit(pid() ? 0 : 1) if $verb eq 'status';
	exit($verb eq 'start' ? start() : $verb eq 'stop' ? stop() : reload());
}
