#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "dial.h"

int64_t
clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- the end of all waiting -------------------------------------------- */

static int stop_pipe[2] = { -1, -1 };
static volatile sig_atomic_t stopped;

bool
dial_stop_prepare(void)
{
	return stop_pipe[0] >= 0 ||
	    pipe2(stop_pipe, O_CLOEXEC | O_NONBLOCK) == 0;
}

void
dial_stop(void)
{
	int error = errno;

	stopped = 1;
	/* The byte stays in the pipe: everybody sees it. */
	if (write(stop_pipe[1], "", 1) < 0)
		stopped = 1;
	errno = error;
}

bool
dial_stopped(void)
{
	return stopped;
}

int
dial_stop_file(void)
{
	return stop_pipe[0];
}

/* --- sockets ----------------------------------------------------------- */

bool
dial_wait(int fd, short events, int64_t deadline)
{
	struct pollfd pollers[] = { { .fd = fd, .events = events },
		{ .fd = stop_pipe[0], .events = POLLIN } };

	for (;;) {
		int64_t left = deadline - clock_now();
		int n;

		if (left <= 0 || stopped)
			return false;
		n = poll(pollers, 2, left > 60000 ? 60000 : (int)left);
		if (n > 0 && pollers[0].revents)
			return true;
		if (n < 0 && errno != EINTR)
			return false;
	}
}

/* 0, or the errno of the failure. */
static int
finish_connect(int fd, int64_t deadline)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (!dial_wait(fd, POLLOUT, deadline))
		return ETIMEDOUT;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		return errno;
	return error;
}

/* The socket, or -1 with *error. */
static int
try_address(const struct addrinfo *address, int64_t deadline, int *error)
{
	int fd = socket(address->ai_family,
	    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	*error = 0;
	if (fd < 0) {
		*error = errno;
		return -1;
	}
	if (connect(fd, address->ai_addr, address->ai_addrlen) < 0)
		*error = errno == EINPROGRESS ? finish_connect(fd, deadline)
		                              : errno;
	if (!*error)
		return fd;
	close(fd);
	return -1;
}

int
dial(const char *host, uint16_t port, int64_t deadline, struct err *err)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
		.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV };
	struct addrinfo *list = NULL;
	char service[8];
	int fd = -1, error = EADDRNOTAVAIL, rc;

	snprintf(service, sizeof(service), "%u", port);
	rc = getaddrinfo(host, service, &hints, &list);
	if (rc) {
		fail_as(err, ERR_REACH, "cannot find the address of %s: %s",
		    host, gai_strerror(rc));
		return -1;
	}
	for (struct addrinfo *a = list; a && fd < 0; a = a->ai_next)
		fd = try_address(a, deadline, &error);
	freeaddrinfo(list);
	if (fd < 0)
		fail_as(err, ERR_REACH, "cannot connect to %s port %u: %s",
		    host, port, strerror(error));
	return fd;
}

/* --- places --------------------------------------------------------------- */

static bool
place_of(struct listener *place, const struct sockaddr_storage *address)
{
	if (address->ss_family == AF_INET) {
		const struct sockaddr_in *v4 = (const void *)address;

		*place = (struct listener){ 4, ntohl(v4->sin_addr.s_addr),
			ntohs(v4->sin_port) };
	} else if (address->ss_family == AF_INET6) {
		const struct sockaddr_in6 *v6 = (const void *)address;

		*place = (struct listener){ 6, 0, ntohs(v6->sin6_port) };
		for (int i = 0; i < 16; i++)
			place->addr = place->addr << 8 |
			    v6->sin6_addr.s6_addr[i];
	} else {
		return false;
	}
	return true;
}

static socklen_t
address_of(struct sockaddr_storage *address, const struct listener *place)
{
	memset(address, 0, sizeof(*address));
	if (place->family == 4) {
		struct sockaddr_in *v4 = (void *)address;

		v4->sin_family = AF_INET;
		v4->sin_port = htons(place->port);
		v4->sin_addr.s_addr = htonl((uint32_t)place->addr);
		return sizeof(*v4);
	} else {
		struct sockaddr_in6 *v6 = (void *)address;

		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons(place->port);
		for (int i = 0; i < 16; i++)
			v6->sin6_addr.s6_addr[i] =
			    (unsigned char)(place->addr >> (120 - 8 * i));
		return sizeof(*v6);
	}
}

size_t
dial_resolve(const char *host, uint16_t port, struct listener *places,
    size_t most, struct err *err)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *list = NULL;
	size_t count = 0;
	int rc = getaddrinfo(host, NULL, &hints, &list);

	if (rc) {
		fail_as(err, ERR_REACH, "cannot find the address of %s: %s",
		    host, gai_strerror(rc));
		return 0;
	}
	for (struct addrinfo *a = list; a && count < most; a = a->ai_next) {
		struct sockaddr_storage address = { 0 };

		memcpy(&address, a->ai_addr, a->ai_addrlen);
		if (place_of(&places[count], &address))
			places[count++].port = port;
	}
	freeaddrinfo(list);
	if (!count)
		fail_as(err, ERR_REACH, "%s has no address", host);
	return count;
}

/* 0, or the errno of the failure. */
static int
connect_from(int fd, const struct listener *place, const struct net *from,
    int64_t deadline)
{
	struct sockaddr_storage address;
	socklen_t len;

	if (from) {
		struct listener own = { from->family, from->first, 0 };

		len = address_of(&address, &own);
		if (bind(fd, (struct sockaddr *)&address, len) < 0)
			return errno;
	}
	len = address_of(&address, place);
	if (connect(fd, (struct sockaddr *)&address, len) == 0)
		return 0;
	return errno == EINPROGRESS ? finish_connect(fd, deadline) : errno;
}

int
dial_place(const struct listener *place, const struct net *from,
    int64_t deadline, struct err *err)
{
	struct buf name = { 0 };
	int fd = socket(place->family == 4 ? AF_INET : AF_INET6,
	    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int error = fd < 0 ? errno
	                   : connect_from(fd, place, from, deadline);

	if (!error)
		return fd;
	if (fd >= 0)
		close(fd);
	listener_add(&name, place);
	fail_as(err, ERR_REACH, "cannot connect to %s: %s", buf_text(&name),
	    strerror(error));
	buf_free(&name);
	return -1;
}

bool
dial_own(int fd, struct listener *own)
{
	struct sockaddr_storage address = { 0 };
	socklen_t len = sizeof(address);

	return getsockname(fd, (struct sockaddr *)&address, &len) == 0 &&
	    place_of(own, &address);
}
