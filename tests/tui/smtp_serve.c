/* A mail server that misbehaves on purpose: smtp_serve WAY [ADDRESS]
 *
 * Listens on a free port of 127.0.0.1 (or ::1), prints the port, and serves each
 * connection in a process of its own until it is ended.  The ways are below. */
#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const char *way;
static int peer;

static bool
is(const char *name)
{
	return !strcmp(way, name);
}

static void
rest(long ms)
{
	nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
}

static void
give(const void *data, size_t len)
{
	if (write(peer, data, len) != (ssize_t)len)
		_exit(0);
}

static void
say(const char *text)
{
	size_t len = strlen(text);

	if (!is("pieces") && !is("drip")) {
		give(text, len);
		return;
	}
	for (size_t i = 0; i < len; i++) {
		give(text + i, 1);
		rest(is("drip") ? 700 : 1);
	}
}

static void
flood(void)
{
	for (int i = 0; i < 1000; i++)
		say("250-and so on\r\n");
	say("250 ok\r\n");
}

static void
never_end_a_line(void)
{
	char text[4096];

	memset(text, 'x', sizeof(text));
	say("220 ");
	for (int i = 0; i < 256; i++)
		give(text, sizeof(text));
}

static void
greet(void)
{
	static const unsigned char noise[] = { 0, 255, 27, '[', '2', 'J', 7,
		'\n', 200, 201, '\n' };

	if (is("silent"))
		rest(60000);
	else if (is("noise"))
		give(noise, sizeof(noise));
	else if (is("long"))
		never_end_a_line();
	else if (is("no"))
		say("554 go away\r\n");
	else if (is("escapes"))
		say("220 mx.test \033]0;owned\007 \342\200\256 \233\r\n");
	else if (is("codes"))
		say("220-mx.test\r\n250 ok\r\n");
	else
		say("220 mx.test ESMTP\r\n");
}

static bool tried_auth;

/* Is it a mailbox of ours, whatever it is called? */
static bool
is_own(const char *line)
{
	const char *end = strchr(line, '>'), *at = end;

	while (end && at > line && *at != '@' && *at != '"' && *at != ':')
		at--;
	return end && (*at != '@' || !strncmp(at, "@mx.test>", 9) || at[1] == '[');
}

static const char *
answer_rcpt(const char *line)
{
	static int asked;

	if (strstr(line, "<postmaster>"))
		return is("mute") ? "550 5.7.1 no\r\n" : "250 2.1.5 ok\r\n";
	asked++;
	if (is("tired") && asked == 4)
		_exit(0);
	if (is("open") || (is("auth") && tried_auth) ||
	    (is("percent") && strstr(line, "%example.com@mx.test>") &&
	        !strchr(line, '"') && !strchr(line, '!') &&
	        line[9] == 'r'))
		return "250 2.1.5 ok\r\n";
	if (is("catchall") && is_own(line))
		return "250 2.1.5 ok\r\n";
	if (is("later"))
		return "451 4.7.1 greylisted\r\n";
	if (is("nullmx"))
		return "556 5.1.10 the domain takes no mail\r\n";
	return is("escapes") ? "550 \033[31m5.7.1 no\r\n"
	                     : "550 5.7.1 Unable to relay\r\n";
}

/* False at the end. */
static bool
answer(const char *line)
{
	if (!strncmp(line, "EHLO", 4)) {
		if (is("hangup"))
			return false;
		if (is("many"))
			flood();
		say("250-mx.test Hello [127.0.0.1]\r\n250-PIPELINING\r\n");
		if (is("early") || is("badtls"))
			say("250-STARTTLS\r\n");
		say("250 AUTH PLAIN LOGIN\r\n");
	} else if (!strncmp(line, "STARTTLS", 8)) {
		say(is("early") ? "220 go\r\n250 smuggled\r\n"
		                : "220 go\r\n");
		rest(100);
		if (!is("early"))
			say("this is no TLS\r\n");
		return false;
	} else if (!strncmp(line, "AUTH", 4)) {
		tried_auth = true;
		say("535 5.7.8 no\r\n");
	} else if (!strncmp(line, "RCPT", 4)) {
		say(answer_rcpt(line));
	} else if (!strncmp(line, "DATA", 4)) {
		say("354 go\r\n");
	} else if (!strncmp(line, "QUIT", 4)) {
		say("221 bye\r\n");
		return false;
	} else if (!strcmp(line, ".\r\n") || strchr("HMR", line[0])) {
		say("250 2.0.0 ok\r\n");
	}
	return true;
}

static void
serve(void)
{
	char line[4096];
	FILE *in = fdopen(dup(peer), "r");
	int one = 1;

	setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	greet();
	while (in && fgets(line, sizeof(line), in) && answer(line))
		continue;
	_exit(0);
}

static int
listen_at(bool v6)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 at6 = { .sin6_family = AF_INET6,
		.sin6_addr = IN6ADDR_LOOPBACK_INIT };
	socklen_t len = v6 ? sizeof(at6) : sizeof(v4);
	struct sockaddr *at = v6 ? (struct sockaddr *)&at6
	                         : (struct sockaddr *)&v4;
	int fd = socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || bind(fd, at, len) != 0 || listen(fd, 64) != 0 ||
	    getsockname(fd, at, &len) != 0)
		return -1;
	printf("%u\n", ntohs(v6 ? at6.sin6_port : v4.sin_port));
	fflush(stdout);
	return fd;
}

int
main(int argc, char **argv)
{
	int fd;

	if (argc < 2)
		return 2;
	way = argv[1];
	signal(SIGCHLD, SIG_IGN);
	alarm(300);
	fd = listen_at(argc > 2 && !strcmp(argv[2], "::1"));
	if (fd < 0)
		return 1;
	while ((peer = accept(fd, NULL, NULL)) >= 0) {
		if (!fork())
			serve();
		close(peer);
	}
	return 0;
}
