#include "config.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dial.h"
#include "ssh_look.h"

#define OFFER_SECONDS 10
#define LINES_MOST 32      /* before the version of the server */
#define LINE_MOST 1024
#define PACKET_MOST 35000  /* RFC 4253 6.1 */
#define KEXINIT 20

/* The first packet of a server is its offer, in the clear: RFC 4253 7.1. */
struct line {
	int fd;
	int64_t deadline;
};

static bool
read_all(const struct line *line, void *data, size_t len)
{
	unsigned char *at = data;

	while (len) {
		ssize_t n = recv(line->fd, at, len, 0);

		if (n > 0) {
			at += n;
			len -= (size_t)n;
		} else if (!n || (errno != EAGAIN && errno != EINTR) ||
		    !dial_wait(line->fd, POLLIN, line->deadline)) {
			return false;
		}
	}
	return true;
}

/* To the end of a line that begins with "SSH-". */
static bool
read_version(const struct line *line)
{
	char text[LINE_MOST], c;
	size_t len;

	for (int i = 0; i < LINES_MOST; i++) {
		for (len = 0; len < sizeof(text); text[len++] = c)
			if (!read_all(line, &c, 1) || c == '\n')
				break;
		if (len == sizeof(text) || c != '\n')
			return false;
		if (len > 4 && !memcmp(text, "SSH-", 4))
			return true;
	}
	return false;
}

static size_t
number_at(const unsigned char *at)
{
	return (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 |
	    at[3];
}

/* Nothing but printable ASCII is kept. */
static void
take_names(struct buf *names, const unsigned char *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		buf_addc(names, at[i] > ' ' && at[i] < 127 ? (char)at[i]
		                                           : '?');
}

/* In the order of the packet: both ciphers and both MACs follow one another. */
static bool
take_offer(struct ssh_algorithms *server, const unsigned char *at, size_t len)
{
	static const int places[] = { SSH_KEX, SSH_HOST_KEY, -1, SSH_CIPHER,
		-1, SSH_MAC };

	if (len < 17 || at[0] != KEXINIT)
		return false;
	at += 17;
	len -= 17;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		size_t part = len < 4 ? len : number_at(at);

		if (len < 4 || part > len - 4)
			return false;
		if (places[i] >= 0)
			take_names(&server->names[places[i]], at + 4, part);
		at += 4 + part;
		len -= 4 + part;
	}
	return true;
}

static bool
read_offer(const struct line *line, struct ssh_algorithms *server)
{
	static const char version[] = "SSH-2.0-relayadm\r\n";
	unsigned char head[5], packet[PACKET_MOST];
	size_t len;

	if (!read_version(line) || send(line->fd, version,
	        sizeof(version) - 1, MSG_NOSIGNAL) != sizeof(version) - 1 ||
	    !read_all(line, head, sizeof(head)))
		return false;
	len = number_at(head);
	if (len < 2 || len > sizeof(packet) || head[4] > len - 2 ||
	    !read_all(line, packet, len - 1))
		return false;
	return take_offer(server, packet, len - 1 - head[4]);
}

bool
ssh_server_algorithms(const struct ssh_target *target,
    struct ssh_algorithms *server, struct err *err)
{
	struct line line = { .deadline = clock_now() + OFFER_SECONDS * 1000 };
	bool ok;

	memset(server, 0, sizeof(*server));
	line.fd = dial(target->host, target->port, line.deadline, err);
	if (line.fd < 0)
		return false;
	ok = read_offer(&line, server);
	close(line.fd);
	return ok || fail_as(err, ERR_REACH, "%s port %u does not speak SSH 2",
	    target->host, target->port);
}
