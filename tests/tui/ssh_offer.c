/* A server that offers what it is told, and no more: for "relayadm doctor".
 *	ssh_offer KEX HOSTKEY CIPHER MAC
 * prints its port on 127.0.0.1, and ends after a minute. */
#include "config.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static unsigned char packet[4000];
static size_t length;

static void
add_number(size_t n)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		packet[length++] = (unsigned char)(n >> shift);
}

static void
add_text(const char *text)
{
	add_number(strlen(text));
	memcpy(packet + length, text, strlen(text));
	length += strlen(text);
}

/* RFC 4253 7.1, with eight bytes of padding. */
static void
make_packet(char **argv)
{
	const char *lists[] = { argv[1], argv[2], argv[3], argv[3], argv[4],
		argv[4], "none", "none", "", "" };

	length = 4;
	packet[length++] = 8;
	packet[length++] = 20;
	length += 16;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		add_text(lists[i]);
	length += 5 + 8;
	{
		size_t whole = length;

		length = 0;
		add_number(whole - 4);
		length = whole;
	}
}

static void
serve(int fd)
{
	static const char version[] = "hello\r\nSSH-2.0-offer\r\n";
	char rest[4096];

	if (write(fd, version, sizeof(version) - 1) < 0 ||
	    write(fd, packet, length) < 0)
		return;
	shutdown(fd, SHUT_WR);
	while (read(fd, rest, sizeof(rest)) > 0)
		continue;
}

int
main(int argc, char **argv)
{
	struct sockaddr_in here = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(here);
	int fd = socket(AF_INET, SOCK_STREAM, 0), one;

	if (argc != 5 || strlen(argv[1]) + strlen(argv[2]) +
	    2 * strlen(argv[3]) + 2 * strlen(argv[4]) > 3000)
		return 2;
	make_packet(argv);
	alarm(60);
	if (bind(fd, (struct sockaddr *)&here, size) != 0 ||
	    listen(fd, 8) != 0 ||
	    getsockname(fd, (struct sockaddr *)&here, &size) != 0)
		return 1;
	printf("%u\n", ntohs(here.sin_port));
	fflush(stdout);
	while ((one = accept(fd, NULL, NULL)) >= 0) {
		serve(one);
		close(one);
	}
	return 0;
}
