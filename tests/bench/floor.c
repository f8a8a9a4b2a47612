/* The least that a push to many gateways can cost by libssh2: to each of the
 * addresses on standard input a connection, a log-in by a key, a command and 1 kB
 * for it, until the command has ended; the host key is not looked at.
 *
 *	floor JOBS PORT KEY-FILE <ADDRESSES
 *
 * Prints to how many it was done. */
#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libssh2.h>

#define MOST 10000
#define JOBS 64

static char addresses[MOST][16];
static size_t address_count, next, done;
static uint16_t port;
static const char *key_file;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int
dial(const char *address)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || inet_pton(AF_INET, address, &to.sin_addr) != 1 ||
	    connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

static bool
run_command(LIBSSH2_SESSION *session)
{
	LIBSSH2_CHANNEL *channel = libssh2_channel_open_session(session);
	char text[1000], rest[256];
	bool ok;

	if (!channel)
		return false;
	memset(text, 'x', sizeof(text));
	ok = libssh2_channel_exec(channel, "true") == 0 &&
	    libssh2_channel_write(channel, text, sizeof(text)) ==
		(ssize_t)sizeof(text) &&
	    libssh2_channel_send_eof(channel) == 0;
	while (ok && libssh2_channel_read(channel, rest, sizeof(rest)) > 0)
		;
	ok = ok && libssh2_channel_close(channel) == 0 &&
	    libssh2_channel_get_exit_status(channel) == 0;
	libssh2_channel_free(channel);
	return ok;
}

static bool
visit(const char *address)
{
	LIBSSH2_SESSION *session = libssh2_session_init();
	int fd = dial(address);
	bool ok = session && fd >= 0 &&
	    libssh2_session_handshake(session, fd) == 0 &&
	    libssh2_userauth_publickey_fromfile(session, "root", NULL,
		key_file, NULL) == 0 &&
	    run_command(session);

	if (session) {
		libssh2_session_disconnect(session, "done");
		libssh2_session_free(session);
	}
	if (fd >= 0)
		close(fd);
	return ok;
}

static void *
work(void *unused)
{
	(void)unused;
	for (;;) {
		size_t mine;
		bool ok;

		pthread_mutex_lock(&lock);
		mine = next < address_count ? next++ : MOST;
		pthread_mutex_unlock(&lock);
		if (mine == MOST)
			return NULL;
		ok = visit(addresses[mine]);
		pthread_mutex_lock(&lock);
		done += ok;
		pthread_mutex_unlock(&lock);
	}
}

static void
read_addresses(void)
{
	char line[64];

	while (address_count < MOST && fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		snprintf(addresses[address_count++], sizeof(addresses[0]),
		    "%.15s", line);
	}
}

int
main(int argc, char **argv)
{
	pthread_t threads[JOBS];
	unsigned long jobs;

	if (argc != 4)
		return 2;
	jobs = strtoul(argv[1], NULL, 10);
	port = (uint16_t)strtoul(argv[2], NULL, 10);
	key_file = argv[3];
	read_addresses();
	if (jobs < 1 || jobs > JOBS || libssh2_init(0) != 0)
		return 2;
	for (unsigned long i = 0; i < jobs; i++)
		if (pthread_create(&threads[i], NULL, work, NULL) != 0)
			return 1;
	for (unsigned long i = 0; i < jobs; i++)
		pthread_join(threads[i], NULL);
	printf("%zu\n", done);
	libssh2_exit();
	return done != address_count;
}
