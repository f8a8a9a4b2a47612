#include "config.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dns.h"
#include "policy/net.h"

#define SECONDS 10

static void
say(int out, const char *kind, const char *text, const char *more)
{
	char line[1200];
	int n = snprintf(line, sizeof(line), "%s\t%s%s%s\n", kind, text,
	    more ? "\t" : "", more ? more : "");
	ssize_t done = write(out, line, (size_t)n);

	(void)done;
}

static int
resolve(const char *text, int flags, struct addrinfo **found)
{
	struct addrinfo hints;

	memset(&hints, 0, sizeof(hints));
	hints.ai_socktype = SOCK_STREAM;
	hints.ai_flags = flags;
	return getaddrinfo(text, NULL, &hints, found);
}

static void
numeric(const struct addrinfo *info, char text[NI_MAXHOST])
{
	if (getnameinfo(info->ai_addr, info->ai_addrlen, text, NI_MAXHOST,
	        NULL, 0, NI_NUMERICHOST) != 0)
		text[0] = '\0';
}

static void
ask_forward(int out, const char *text)
{
	struct addrinfo *found, *each;
	char address[NI_MAXHOST];
	int code = resolve(text, 0, &found);

	if (code) {
		say(out, "error", gai_strerror(code), NULL);
		return;
	}
	for (each = found; each; each = each->ai_next) {
		numeric(each, address);
		say(out, "address", address, NULL);
	}
	freeaddrinfo(found);
}

/* Does the name lead back to the address? */
static bool
leads_back(const char *name, const char *address)
{
	struct addrinfo *found, *each;
	char text[NI_MAXHOST];
	bool back = false;

	if (resolve(name, 0, &found) != 0)
		return false;
	for (each = found; each && !back; each = each->ai_next) {
		numeric(each, text);
		back = !strcmp(text, address);
	}
	freeaddrinfo(found);
	return back;
}

static void
ask_back(int out, struct addrinfo *info)
{
	char name[NI_MAXHOST], address[NI_MAXHOST];
	int code = getnameinfo(info->ai_addr, info->ai_addrlen, name,
	    sizeof(name), NULL, 0, NI_NAMEREQD);

	numeric(info, address);
	if (code)
		say(out, "error", gai_strerror(code), NULL);
	else
		say(out, "name", name,
		    leads_back(name, address) ? "verified" : "unverified");
}

static void
work(int out, const void *order)
{
	struct addrinfo *found;

	alarm(SECONDS);
	if (resolve(order, AI_NUMERICHOST, &found) != 0) {
		ask_forward(out, order);
		return;
	}
	ask_back(out, found);
	freeaddrinfo(found);
}

struct child *
dns_ask(struct loop *loop, const char *text, const struct child_calls *calls,
    struct err *err)
{
	return child_work(loop, work, text, calls, err);
}
