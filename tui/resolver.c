#include "config.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <ares.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <time.h>

#include "policy/buf.h"
#include "policy/mem.h"
#include "policy/net.h"
#include "resolver.h"

#define WAIT_MS 2000 /* for one answer, at first */
#define TRIES 2
#define MOST_ADDRESSES 200 /* of one name */
#define LOOK_MS 50 /* so often it is looked whether to stop */

struct resolver {
	ares_channel channel;
	time_t end; /* by the clock that only goes on */
	bool (*stopped)(void *context);
	void *context;
};

struct asking {
	enum dns_kind kind;
	struct dns_answer *answer;
	bool done;
};

static time_t
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

/* --- answers -------------------------------------------------------------- */

static int
take_v4(struct dns_answer *a, const unsigned char *bytes, int len)
{
	struct ares_addrttl found[MOST_ADDRESSES];
	int count = MOST_ADDRESSES;
	int status = ares_parse_a_reply(bytes, len, NULL, found, &count);
	char text[INET_ADDRSTRLEN];

	for (int i = 0; !status && i < count; i++)
		if (inet_ntop(AF_INET, &found[i].ipaddr, text, sizeof(text)))
			dns_answer_add(a, text, strlen(text));
	return status;
}

static int
take_v6(struct dns_answer *a, const unsigned char *bytes, int len)
{
	struct ares_addr6ttl found[MOST_ADDRESSES];
	int count = MOST_ADDRESSES;
	int status = ares_parse_aaaa_reply(bytes, len, NULL, found, &count);
	char text[INET6_ADDRSTRLEN];

	for (int i = 0; !status && i < count; i++)
		if (inet_ntop(AF_INET6, &found[i].ip6addr, text, sizeof(text)))
			dns_answer_add(a, text, strlen(text));
	return status;
}

static int
take_mx(struct dns_answer *a, const unsigned char *bytes, int len)
{
	struct ares_mx_reply *found = NULL;
	int status = ares_parse_mx_reply(bytes, len, &found);

	for (struct ares_mx_reply *mx = found; !status && mx; mx = mx->next)
		dns_answer_add(a, mx->host, strlen(mx->host));
	ares_free_data(found);
	return status;
}

/* The strings of one record are joined without a blank (RFC 7208 3.3). */
static int
take_txt(struct dns_answer *a, const unsigned char *bytes, int len)
{
	struct ares_txt_ext *found = NULL;
	int status = ares_parse_txt_reply_ext(bytes, len, &found);
	struct buf text = { 0 };

	for (struct ares_txt_ext *txt = found; !status && txt;
	     txt = txt->next) {
		buf_addn(&text, txt->txt, txt->length);
		if (txt->next && !txt->next->record_start)
			continue;
		dns_answer_add(a, buf_text(&text), text.len);
		buf_clear(&text);
	}
	buf_free(&text);
	ares_free_data(found);
	return status;
}

/* The names; c-ares puts all of them where aliases go. */
static int
take_ptr(struct dns_answer *a, const unsigned char *bytes, int len)
{
	struct hostent *found = NULL;
	int status = ares_parse_ptr_reply(bytes, len, NULL, 0, AF_INET, &found);

	for (char **name = found ? found->h_aliases : NULL; name && *name;
	     name++)
		dns_answer_add(a, *name, strlen(*name));
	if (found)
		ares_free_hostent(found);
	return status;
}

static const struct {
	int type;
	int (*take)(struct dns_answer *answer, const unsigned char *bytes,
	    int len);
} kinds[] = {
	[DNS_A] = { ns_t_a, take_v4, },
	[DNS_AAAA] = { ns_t_aaaa, take_v6, },
	[DNS_MX] = { ns_t_mx, take_mx, },
	[DNS_TXT] = { ns_t_txt, take_txt, },
	[DNS_PTR] = { ns_t_ptr, take_ptr, },
};

static const char *
words_of(int status)
{
	if (status == ARES_ECANCELLED)
		return "the time for all questions is over";
	if (status == ARES_ECONNREFUSED)
		return "no server answers, or none can tell";
	return ares_strerror(status);
}

static void
on_answer(void *context, int status, int timeouts, unsigned char *bytes,
    int len)
{
	struct asking *asking = context;
	struct dns_answer *a = asking->answer;

	(void)timeouts;
	asking->done = true;
	if (status == ARES_SUCCESS)
		status = kinds[asking->kind].take(a, bytes, len);
	if (a->count >= MOST_ADDRESSES) {
		a->outcome = DNS_FAILED;
		fail_as(&a->why, ERR_REACH, "it has more than %d",
		    MOST_ADDRESSES - 1);
	} else if (status == ARES_ENOTFOUND || status == ARES_ENODATA ||
	    (status == ARES_SUCCESS && !a->count)) {
		a->outcome = DNS_NOTHING;
	} else if (status != ARES_SUCCESS) {
		a->outcome = DNS_FAILED;
		fail_as(&a->why, ERR_REACH, "%s", words_of(status));
	}
}

/* --- questions ------------------------------------------------------------ */

static void
wait_once(struct resolver *r)
{
	struct timeval most = { 0, LOOK_MS * 1000 }, time, *wait;
	fd_set in, out;
	int count;

	FD_ZERO(&in);
	FD_ZERO(&out);
	count = ares_fds(r->channel, &in, &out);
	wait = ares_timeout(r->channel, &most, &time);
	if (select(count, &in, &out, NULL, wait) < 0) {
		FD_ZERO(&in);
		FD_ZERO(&out);
	}
	ares_process(r->channel, &in, &out);
}

void
resolver_watch(struct resolver *r, bool (*stopped)(void *context),
    void *context)
{
	r->stopped = stopped;
	r->context = context;
}

static bool
is_over(const struct resolver *r)
{
	return now() >= r->end || (r->stopped && r->stopped(r->context));
}

void
resolver_ask(void *context, const char *name, enum dns_kind kind,
    struct dns_answer *answer)
{
	struct resolver *r = context;
	struct asking asking = { kind, answer, false };

	ares_query(r->channel, name, ns_c_in, kinds[kind].type, on_answer,
	    &asking);
	while (!asking.done) {
		if (is_over(r))
			ares_cancel(r->channel);
		else
			wait_once(r);
	}
}

/* --- the server --------------------------------------------------------- */

static bool
is_port(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits && digits <= 5 && !text[digits] &&
	    strtol(text, NULL, 10) > 0 && strtol(text, NULL, 10) < 65536;
}

static bool
is_server(const char *text)
{
	const char *colon = strrchr(text, ':');
	bool bracket = text[0] == '[';
	size_t len = strlen(text);
	struct err ignored;
	struct net net;

	if (colon && (bracket || colon == strchr(text, ':'))) {
		len = (size_t)(colon - text);
		if (!is_port(colon + 1) || (bracket && colon[-1] != ']'))
			return false;
	}
	if (bracket && (len < 2 || text[len - 1] != ']'))
		return false;
	if (bracket)
		text++, len -= 2;
	return net_parse_addr(&net, text, len, &ignored);
}

static bool
set_server(struct resolver *r, const char *server, struct err *err)
{
	if (!server || (is_server(server) &&
	        ares_set_servers_ports_csv(r->channel, server) ==
	        ARES_SUCCESS))
		return true;
	return fail_as(err, ERR_USAGE, "'%.100s' is no address of a DNS "
	    "server; write ADDRESS or ADDRESS:PORT, IPv6 in brackets", server);
}

bool
resolver_open(struct resolver **resolver, const char *server, int seconds,
    struct err *err)
{
	struct ares_options options = { .flags = ARES_FLAG_NOSEARCH |
		ARES_FLAG_NOALIASES, .timeout = WAIT_MS, .tries = TRIES };
	struct resolver *r = mem_new(1, sizeof(*r));
	const char *usual = getenv("RELAYADM_RESOLVER");
	int status = ares_library_init(ARES_LIB_INIT_ALL);

	if (!server && usual && *usual)
		server = usual;
	/* Of several servers another one is asked where one fails. */
	if (server)
		options.flags |= ARES_FLAG_NOCHECKRESP;
	r->end = now() + seconds;
	*resolver = r;
	if (status == ARES_SUCCESS)
		status = ares_init_options(&r->channel, &options,
		    ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES);
	if (status == ARES_SUCCESS)
		return set_server(r, server, err);
	r->channel = NULL;
	return fail_as(err, ERR_REACH, "DNS: %s", ares_strerror(status));
}

void
resolver_close(struct resolver *r)
{
	if (!r)
		return;
	if (r->channel)
		ares_destroy(r->channel);
	ares_library_cleanup();
	free(r);
}

const char *
resolver_library(void)
{
	return ares_version(NULL);
}
