#include "config.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
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

bool
dial_wait(int fd, short events, int64_t deadline)
{
	struct pollfd poller = { .fd = fd, .events = events };

	for (;;) {
		int64_t left = deadline - clock_now();
		int n;

		if (left <= 0)
			return false;
		n = poll(&poller, 1, left > 60000 ? 60000 : (int)left);
		if (n > 0)
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
