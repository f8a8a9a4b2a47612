/* Asks live mail servers: ask [PASSWORD-USER PASSWORD] <QUESTIONS
 *
 * Reads lines of tab-separated client address, 0/1 for authenticated, server
 * ADDRESS:PORT or [V6]:PORT, recipient; for each opens a connection from that
 * client address and answers with class, stage, code and text: the class is
 * accept (2xx to RCPT), refuse (5xx), defer (4xx) or broken.  Nothing is ever
 * delivered: the session ends after RCPT. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/ssl.h>

#include "policy/policy.h"

#define PATIENCE 20000 /* ms for one reply */

struct talk {
	int fd;
	SSL *tls;
	char in[8192];
	size_t in_len;
	int code;          /* of the last reply; 0: none came */
	char text[512];    /* its last line */
	bool has_auth, has_starttls; /* offered by the last EHLO */
};

static SSL_CTX *tls_context;
static const char *user = "user@lab.example", *password = "secret";

/* --- bytes ------------------------------------------------------------------- */

static bool
wait_for(const struct talk *t, short events)
{
	struct pollfd p = { t->fd, events, 0 };

	return poll(&p, 1, PATIENCE) == 1;
}

static bool
send_line(struct talk *t, const char *line)
{
	char text[2048];
	int len = snprintf(text, sizeof(text), "%s\r\n", line);

	if (len < 0 || (size_t)len >= sizeof(text) || !wait_for(t, POLLOUT))
		return false;
	if (t->tls)
		return SSL_write(t->tls, text, len) == len;
	return send(t->fd, text, (size_t)len, MSG_NOSIGNAL) == len;
}

static bool
read_more(struct talk *t)
{
	char *at = t->in + t->in_len;
	size_t room = sizeof(t->in) - t->in_len - 1;
	ssize_t n;

	if (!room || !((t->tls && SSL_pending(t->tls)) || wait_for(t, POLLIN)))
		return false;
	n = t->tls ? SSL_read(t->tls, at, (int)room)
	           : recv(t->fd, at, room, 0);
	if (n <= 0)
		return false;
	t->in_len += (size_t)n;
	t->in[t->in_len] = '\0';
	return true;
}

static bool
read_line(struct talk *t, char line[512])
{
	char *end;
	size_t len;

	while (!(end = memchr(t->in, '\n', t->in_len)))
		if (!read_more(t))
			return false;
	len = (size_t)(end - t->in);
	snprintf(line, 512, "%.*s", (int)(len > 500 ? 500 : len), t->in);
	line[strcspn(line, "\r\n")] = '\0';
	t->in_len -= len + 1;
	memmove(t->in, end + 1, t->in_len + 1);
	return true;
}

/* A whole reply; its code, or 0. */
static int
read_reply(struct talk *t)
{
	char line[512];

	t->code = 0;
	do {
		if (!read_line(t, line) || strlen(line) < 3)
			return 0;
		if (!strncmp(line + 3, "-AUTH", 5) ||
		    !strncmp(line + 3, " AUTH", 5))
			t->has_auth = true;
		if (strstr(line, "STARTTLS"))
			t->has_starttls = true;
	} while (line[3] == '-');
	snprintf(t->text, sizeof(t->text), "%s", line);
	t->code = (int)strtol(line, NULL, 10);
	return t->code;
}

static int
ask(struct talk *t, const char *line)
{
	t->code = 0;
	snprintf(t->text, sizeof(t->text), "no reply to %.100s", line);
	return send_line(t, line) ? read_reply(t) : 0;
}

/* --- the session ----------------------------------------------------------------- */

static socklen_t
make_address(struct sockaddr_storage *to, uint8_t family, u128 addr,
    uint16_t port)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)to;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)to;

	memset(to, 0, sizeof(*to));
	if (family == 4) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		v4->sin_addr.s_addr = htonl((uint32_t)addr);
		return sizeof(*v4);
	}
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons(port);
	for (int i = 0; i < 16; i++)
		v6->sin6_addr.s6_addr[i] = (unsigned char)(addr >>
		    (120 - 8 * i));
	return sizeof(*v6);
}

static bool
open_talk(struct talk *t, const struct net *client,
    const struct listener *server)
{
	struct sockaddr_storage from, to;
	socklen_t len;
	int one = 1;

	t->fd = socket(server->family == 4 ? AF_INET : AF_INET6,
	    SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (t->fd < 0)
		return false;
	if (server->family == 6)
		setsockopt(t->fd, IPPROTO_IPV6, 78 /* IPV6_FREEBIND */, &one,
		    sizeof(one));
	len = make_address(&from, client->family, client->first, 0);
	if (bind(t->fd, (struct sockaddr *)&from, len) != 0)
		return false;
	len = make_address(&to, server->family, server->addr, server->port);
	return connect(t->fd, (struct sockaddr *)&to, len) == 0;
}

static bool
start_tls(struct talk *t)
{
	if (ask(t, "STARTTLS") / 100 != 2)
		return false;
	t->tls = SSL_new(tls_context);
	if (!t->tls || SSL_set_fd(t->tls, t->fd) != 1 ||
	    SSL_connect(t->tls) != 1)
		return false;
	t->in_len = 0;
	t->has_auth = false;
	return ask(t, "EHLO asker.example") / 100 == 2;
}

static bool
log_in(struct talk *t)
{
	unsigned char plain[256], coded[400];
	char line[450];
	size_t u = strlen(user), p = strlen(password);

	if (!t->has_auth && t->has_starttls && !t->tls && !start_tls(t))
		return false;
	plain[0] = '\0';
	memcpy(plain + 1, user, u);
	plain[u + 1] = '\0';
	memcpy(plain + u + 2, password, p);
	EVP_EncodeBlock(coded, plain, (int)(u + p + 2));
	snprintf(line, sizeof(line), "AUTH PLAIN %s", (char *)coded);
	return ask(t, line) / 100 == 2;
}

static const char *
class_of(int code)
{
	return code / 100 == 2 ? "accept"
	    : code / 100 == 5  ? "refuse"
	    : code / 100 == 4  ? "defer"
	                       : "broken";
}

/* Where it ended; the last reply is in the talk. */
static const char *
run_session(struct talk *t, bool authenticate, const char *recipient)
{
	char line[1200];

	if (read_reply(t) != 220)
		return "connect";
	if (ask(t, "EHLO asker.example") / 100 != 2)
		return "ehlo";
	if (authenticate && !log_in(t))
		return "auth";
	if (ask(t, "MAIL FROM:<asker@asker.example>") / 100 != 2) {
		/* A server that insists on TLS says so here. */
		if (t->tls || !t->has_starttls || !strstr(t->text, "STARTTLS") ||
		    !start_tls(t) ||
		    ask(t, "MAIL FROM:<asker@asker.example>") / 100 != 2)
			return "mail";
	}
	snprintf(line, sizeof(line), "RCPT TO:<%s>", recipient);
	ask(t, line);
	return "rcpt";
}

static void
close_talk(struct talk *t)
{
	if (t->code)
		send_line(t, "QUIT");
	if (t->tls)
		SSL_free(t->tls);
	if (t->fd >= 0)
		close(t->fd);
}

static void
answer(const struct net *client, bool authenticate,
    const struct listener *server, const char *recipient)
{
	struct talk t = { .fd = -1 };
	const char *stage = "open";
	char why[512];

	if (open_talk(&t, client, server))
		stage = run_session(&t, authenticate, recipient);
	else
		snprintf(t.text, sizeof(t.text), "%s", strerror(errno));
	snprintf(why, sizeof(why), "%s", t.text);
	for (char *p = why; *p; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
	printf("%s\t%s\t%d\t%s\n", class_of(t.code), stage, t.code, why);
	close_talk(&t);
}

static bool
answer_line(char *line, struct err *err)
{
	char *column[4], *save = line;
	struct listener server;
	struct net client;

	for (int i = 0; i < 4; i++) {
		column[i] = strsep(&save, "\t");
		if (!column[i])
			return fail(err, "not four columns");
	}
	if (!net_parse_addr(&client, column[0], strlen(column[0]), err) ||
	    !listener_parse(&server, column[2], strlen(column[2]), err))
		return false;
	answer(&client, column[1][0] == '1', &server, column[3]);
	return true;
}

int
main(int argc, char **argv)
{
	char line[2048];
	struct err err;

	if (argc == 3)
		user = argv[1], password = argv[2];
	tls_context = SSL_CTX_new(TLS_client_method());
	if (!tls_context)
		return 99;
	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		if (!answer_line(line, &err)) {
			fprintf(stderr, "ask: %s\n", err.text);
			return 1;
		}
	}
	SSL_CTX_free(tls_context);
	return 0;
}
