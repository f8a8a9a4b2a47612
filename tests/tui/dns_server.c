#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dns_server.h"
#include "policy/buf.h"

#define TYPE_A 1
#define TYPE_CNAME 5
#define TYPE_PTR 12
#define TYPE_MX 15
#define TYPE_TXT 16
#define TYPE_AAAA 28
#define TO_QUESTION 0xc00c /* a name: that of the question */

struct reply {
	struct buf bytes;
	unsigned answers;
	bool tcp;
};

static void
add16(struct buf *buf, unsigned value)
{
	buf_addc(buf, (char)(unsigned char)(value >> 8));
	buf_addc(buf, (char)(unsigned char)value);
}

/* "mail.example" as labels. */
static void
add_name(struct buf *buf, const char *name)
{
	while (*name) {
		size_t len = strcspn(name, ".");

		buf_addc(buf, (char)(unsigned char)len);
		buf_addn(buf, name, len);
		name += len + (name[len] == '.');
	}
	buf_addc(buf, '\0');
}

static void
add_record(struct reply *r, unsigned type, const void *data, size_t len)
{
	add16(&r->bytes, TO_QUESTION);
	add16(&r->bytes, type);
	add16(&r->bytes, 1);
	add16(&r->bytes, 0);
	add16(&r->bytes, 60);
	add16(&r->bytes, (unsigned)len);
	buf_addn(&r->bytes, data, len);
	r->answers++;
}

static void
add_text(struct reply *r, const char *first, const char *second)
{
	struct buf data = { 0 };

	buf_addc(&data, (char)(unsigned char)strlen(first));
	buf_add(&data, first);
	buf_addc(&data, (char)(unsigned char)strlen(second));
	buf_add(&data, second);
	add_record(r, TYPE_TXT, data.data, data.len);
	buf_free(&data);
}

static void
add_one(struct reply *r, unsigned type)
{
	static const unsigned char six[16] = { 0x20, 1, 0xd, 0xb8, [15] = 1 };
	struct buf mx = { 0 };

	if (type == TYPE_A) {
		add_record(r, type, "\xc0\0\2\1", 4);
	} else if (type == TYPE_AAAA) {
		add_record(r, type, six, 16);
	} else if (type == TYPE_MX) {
		add16(&mx, 10);
		add_name(&mx, "one.example");
		add_record(r, type, mx.data, mx.len);
		buf_free(&mx);
	} else if (type == TYPE_TXT) {
		add_text(r, "v=spf1 a:one.example ip4:198.51",
		    ".100.0/24 -all");
		add_text(r, "another=text", "");
	}
}

static void
add_alias(struct reply *r, unsigned type)
{
	struct buf name = { 0 };

	add_name(&name, "one.example");
	add_record(r, TYPE_CNAME, name.data, name.len);
	buf_free(&name);
	if (type != TYPE_A)
		return;
	add_name(&r->bytes, "one.example");
	buf_addn(&r->bytes, "\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\1", 14);
	r->answers++;
}

/* As much as a message holds: 65,535 bytes. */
static void
add_big(struct reply *r)
{
	struct buf data = { 0 };
	char string[251];

	memset(string, 'x', sizeof(string));
	string[0] = (char)250;
	memcpy(string + 1, "v=spf1 ", 7);
	while (data.len + 251 < 65300) {
		buf_addn(&data, string, sizeof(string));
		memset(string + 1, 'y', 250);
	}
	add_record(r, TYPE_TXT, data.data, data.len);
	buf_free(&data);
}

static void
add_many(struct reply *r, unsigned type)
{
	for (unsigned i = 0; i < 2000; i++) {
		unsigned char addr[4] = { 10, 0, (unsigned char)(i >> 8),
			(unsigned char)i };

		add_record(r, type, addr, 4);
	}
}

static void
add_noise(struct reply *r, const char *label)
{
	unsigned long seed = strtoul(label + 5, NULL, 10) * 2654435761u + 1;

	for (unsigned i = 0; i < 20 + seed % 90; i++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		/* Pointers are the worst of it. */
		buf_addc(&r->bytes, (char)(unsigned char)(seed >> 60 < 4 ? 0xc0
		                                          : seed >> 40));
	}
	r->answers = 1 + (unsigned)(seed >> 50) % 5;
}

/* The names of an address, by its last part. */
static int
fill_names(struct reply *r, const char *label)
{
	static const struct {
		const char *label, *names[2];
	} rows[] = {
		{ "1", { "nx.example", "one.example", }, },
		{ "2", { "one.example", }, },
		{ "3", { "nx.example", }, },
		{ "5", { "servfail.example", }, },
		{ "6", { "a\33]0;b c.example", }, },
		{ "8", { "many.example", }, },
	};

	if (!strcmp(label, "4"))
		return 2;
	for (int i = 0; i < 10 && !strcmp(label, "10"); i++)
		add_record(r, TYPE_PTR, "\2nx\7example", 12);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (int k = 0; k < 2 && rows[i].names[k] &&
		     !strcmp(label, rows[i].label); k++) {
			struct buf name = { 0 };

			add_name(&name, rows[i].names[k]);
			add_record(r, TYPE_PTR, name.data, name.len);
			buf_free(&name);
		}
	return r->answers ? 0 : 3;
}

static bool
is(const char *label, const char *what)
{
	return !strncmp(label, what, strlen(what));
}

/* Says with which code, or -1 for no answer at all. */
static int
fill(struct reply *r, const char *label, unsigned type)
{
	if (type == TYPE_PTR && strspn(label, "0123456789abcdef") ==
	    strlen(label))
		return fill_names(r, label);
	if (is(label, "silent") || (is(label, "hangup") && r->tcp))
		return -1;
	if (is(label, "nx"))
		return 3;
	if (is(label, "servfail"))
		return 2;
	if (is(label, "refused"))
		return 5;
	if (is(label, "big") && r->tcp)
		add_big(r);
	else if (is(label, "many") && r->tcp)
		add_many(r, type);
	else if (is(label, "one"))
		add_one(r, type);
	else if (is(label, "alias"))
		add_alias(r, type);
	else if (is(label, "noise"))
		add_noise(r, label);
	else if (is(label, "loop")) /* a name that points to itself */
		add_record(r, type, "\0\12\xc0\x2c", 4);
	else if (is(label, "nul"))
		add_record(r, type, "\x13v=spf1 ip4:10.0.0.\0-", 20);
	else if (is(label, "cut"))
		add_record(r, type, "\0\12\x3f" "abc", 6);
	return 0;
}

/* The reply to a query; false: none. */
static bool
answer(struct reply *r, const unsigned char *query, size_t len)
{
	const unsigned char *at = query + 12, *end = query + len;
	char label[64] = "";
	unsigned type, flags;
	int code;

	if (len < 17 || *at >= sizeof(label) || at + *at + 1 >= end)
		return false;
	memcpy(label, at + 1, *at);
	while (at < end && *at)
		at += *at + 1;
	if (end - at < 5)
		return false;
	type = (unsigned)at[1] << 8 | at[2];
	buf_addn(&r->bytes, query, (size_t)(at + 5 - query));
	code = fill(r, label, type);
	if (code < 0)
		return false;
	flags = 0x8180 | (unsigned)code;
	if (!r->tcp && (is(label, "big") || is(label, "many") ||
	    is(label, "hangup")))
		flags |= 0x200;
	r->bytes.data[2] = (char)(unsigned char)(flags >> 8);
	r->bytes.data[3] = (char)(unsigned char)flags;
	r->bytes.data[6] = (char)(unsigned char)(r->answers >> 8);
	r->bytes.data[7] = (char)(unsigned char)r->answers;
	memset(r->bytes.data + 8, 0, 4);
	if (is(label, "otherid"))
		r->bytes.data[0] ^= 1;
	if (is(label, "otherq"))
		r->bytes.data[14] ^= 1;
	return true;
}

static void
serve_udp(int fd)
{
	unsigned char query[4096];
	struct sockaddr_in from;
	socklen_t size = sizeof(from);
	struct reply r = { .tcp = false };
	ssize_t n = recvfrom(fd, query, sizeof(query), 0,
	    (struct sockaddr *)&from, &size);

	if (n > 0 && answer(&r, query, (size_t)n))
		n = sendto(fd, r.bytes.data, r.bytes.len, 0,
		    (struct sockaddr *)&from, size);
	buf_free(&r.bytes);
}

static void
serve_tcp(int listener)
{
	unsigned char query[4098];
	struct reply r = { .tcp = true };
	struct buf framed = { 0 };
	int fd = accept(listener, NULL, NULL);
	ssize_t n = fd < 0 ? -1 : recv(fd, query, sizeof(query), 0);

	if (n > 2 && answer(&r, query + 2, (size_t)n - 2)) {
		add16(&framed, (unsigned)r.bytes.len);
		buf_addn(&framed, r.bytes.data, r.bytes.len);
		n = send(fd, framed.data, framed.len, MSG_NOSIGNAL);
	}
	buf_free(&framed);
	buf_free(&r.bytes);
	if (fd >= 0)
		close(fd);
}

static void
serve(int udp, int tcp)
{
	struct pollfd fds[2] = { { udp, POLLIN, 0 }, { tcp, POLLIN, 0 } };

	alarm(120);
	while (poll(fds, 2, -1) > 0) {
		if (fds[0].revents)
			serve_udp(udp);
		if (fds[1].revents)
			serve_tcp(tcp);
	}
	_exit(1);
}

pid_t
dns_server_start(unsigned *port)
{
	struct sockaddr_in here = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(here);
	int udp = socket(AF_INET, SOCK_DGRAM, 0);
	int tcp = socket(AF_INET, SOCK_STREAM, 0);
	pid_t pid = -1;

	if (udp >= 0 && tcp >= 0 &&
	    bind(tcp, (struct sockaddr *)&here, size) == 0 &&
	    listen(tcp, 8) == 0 &&
	    getsockname(tcp, (struct sockaddr *)&here, &size) == 0 &&
	    bind(udp, (struct sockaddr *)&here, size) == 0)
		pid = fork();
	if (pid == 0)
		serve(udp, tcp);
	*port = ntohs(here.sin_port);
	close(udp);
	close(tcp);
	return pid;
}
