/* A mail log, always the same, as a busy gateway would write it:
 *     make_log postfix|exim|opensmtpd TRANSACTIONS [many]
 * many: from 20,000 senders, to 60,000 recipients, half of the clients with names;
 * else all is from one to two, which costs a reader less.
 *
 * Each transaction is of a client in 10.0.0.0/16, in turn, on server "internet",
 * with one recipient at far.example and one at here.example; of every hundredth
 * the recipient is refused, and the client is one of 198.51.100.8 to .11.  So of
 * N transactions client 10.0.0.7 has those whose number is 7 modulo 65,536. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct letter {
	uint64_t number;
	char time[32], client[24];
	char host[40], from[40], far[40], here[40];
};

/* Fifty a second, from the first of November on; form is of four numbers. */
#define STAMP(l, form) \
	snprintf((l)->time, sizeof((l)->time), form, \
	    (unsigned)((l)->number / 4320000 % 28 + 1), \
	    (unsigned)((l)->number / 180000 % 24), \
	    (unsigned)((l)->number / 3000 % 60), \
	    (unsigned)((l)->number / 50 % 60))

static void
postfix(struct letter *l)
{
	unsigned pid = 2000 + (unsigned)(l->number % 40);
	char id[24];

	STAMP(l, "Nov %2u %02u:%02u:%02u");
	snprintf(id, sizeof(id), "4%011llX", (unsigned long long)l->number);
#define HEAD "%s mx1 postfix/"
	printf(HEAD "relayadm-internet/smtpd[%u]: connect from %s[%s]\n",
	    l->time, pid, l->host, l->client);
	if (l->number % 100 == 99) {
		printf(HEAD "relayadm-internet/smtpd[%u]: NOQUEUE: reject: "
		    "RCPT from %s[%s]: 554 5.7.1 <%s>: Relay access denied; "
		    "from=<%s> to=<%s> proto=ESMTP helo=<h>\n", l->time, pid,
		    l->host, l->client, l->far, l->from, l->far);
		printf(HEAD "relayadm-internet/smtpd[%u]: disconnect from "
		    "%s[%s] ehlo=1 mail=1 rcpt=0/1 quit=1 "
		    "commands=3/4\n", l->time, pid, l->host, l->client);
		return;
	}
	printf(HEAD "relayadm-internet/smtpd[%u]: %s: client=%s[%s]\n",
	    l->time, pid, id, l->host, l->client);
	printf(HEAD "cleanup[%u]: %s: message-id=<20261123%llu@b.example>\n",
	    l->time, pid + 1, id, (unsigned long long)l->number);
	printf(HEAD "qmgr[900]: %s: from=<%s>, size=4711, nrcpt=2 "
	    "(queue active)\n", l->time, id, l->from);
	printf(HEAD "relayadm-internet/smtpd[%u]: disconnect from %s[%s] "
	    "ehlo=1 mail=1 rcpt=2 data=1 quit=1 commands=6\n", l->time, pid,
	    l->host, l->client);
	printf(HEAD "smtp[%u]: %s: to=<%s>, relay=mail.far.example"
	    "[192.0.2.25]:25, delay=0.52, delays=0.05/0/0.21/0.26, dsn=2.0.0, "
	    "status=sent (250 2.0.0 Ok: queued as 4F3C2B1A09)\n", l->time,
	    pid + 2, id, l->far);
	printf(HEAD "lmtp[%u]: %s: to=<%s>, relay=mail.here."
	    "example[/run/lmtp], delay=0.12, delays=0.05/0/0.01/0.06, "
	    "dsn=2.0.0, status=sent (250 2.0.0 <%s> Saved)\n",
	    l->time, pid + 3, id, l->here, l->here);
	printf(HEAD "qmgr[900]: %s: removed\n", l->time, id);
}

static void
exim(struct letter *l)
{
	char id[32];

	STAMP(l, "2026-11-%02u %02u:%02u:%02u");
	snprintf(id, sizeof(id), "1tFabc-%06llu-%02llu",
	    (unsigned long long)(l->number % 1000000),
	    (unsigned long long)(l->number / 1000000 % 100));
	if (l->number % 100 == 99) {
		printf("%s H=(h) [%s]:4711 I=[10.9.0.1]:25 F=<%s> "
		    "rejected RCPT <%s>: relay not permitted\n",
		    l->time, l->client, l->from, l->far);
		return;
	}
	printf("%s %s <= %s H=(h) [%s]:4711 I=[10.9.0.1]:25 P=esmtp "
	    "S=4711 id=20261123%llu@b.example\n", l->time, id, l->from,
	    l->client, (unsigned long long)l->number);
	printf("%s %s => %s R=dnslookup T=remote_smtp "
	    "H=mail.far.example [192.0.2.25] C=\"250 2.0.0 Ok: queued as "
	    "4F3C2B1A09\"\n", l->time, id, l->far);
	printf("%s %s => y <%s> R=local_user T=mail_spool\n",
	    l->time, id, l->here);
	printf("%s %s Completed\n", l->time, id);
}

static void
opensmtpd(struct letter *l)
{
	char head[80];

	STAMP(l, "2026-11-%02uT%02u:%02u:%02uZ");
	snprintf(head, sizeof(head), "%s mx1 smtpd[77]: %016llx smtp ", l->time,
	    (unsigned long long)l->number + 1);
	printf("%sconnected address=%s host=<unknown>\n", head, l->client);
	if (l->number % 100 == 99)
		printf("%sfailed-command command=\"RCPT TO:<%s>\" "
		    "result=\"550 Invalid recipient: <%s>\"\n",
		    head, l->far, l->far);
	else
		printf("%smessage msgid=4f3c2b1a size=4711 nrcpt=2 proto=ESMTP"
		    "\n%senvelope evpid=4f3c2b1a00000001 from=<%s> to=<%s>\n"
		    "%senvelope evpid=4f3c2b1a00000002 from=<%s> to=<%s>\n",
		    head, head, l->from, l->far, head, l->from, l->here);
	printf("%sdisconnected reason=quit\n", head);
}

/* A number below most that is another one for each transaction. */
static unsigned
any(const struct letter *l, unsigned what, unsigned most)
{
	uint64_t mixed = (l->number + 1) * (0x9e3779b97f4a7c15u + 2 * what);

	return (unsigned)((mixed >> 33) % most);
}

static void
name_all(struct letter *l, bool many)
{
	unsigned from = any(l, 1, 20000), far = any(l, 2, 55000);

	snprintf(l->host, sizeof(l->host), "unknown");
	snprintf(l->from, sizeof(l->from), "a@b.example");
	snprintf(l->far, sizeof(l->far), "x@far.example");
	snprintf(l->here, sizeof(l->here), "y@here.example");
	if (!many)
		return;
	if (l->number % 2)
		snprintf(l->host, sizeof(l->host), "h%u.hosts.example",
		    (unsigned)(l->number & 65535));
	snprintf(l->from, sizeof(l->from), "sender%u@b%u.example", from,
	    from % 1500);
	snprintf(l->far, sizeof(l->far), "user%u@far%u.example", far,
	    far % 4000);
	snprintf(l->here, sizeof(l->here), "box%u@here.example",
	    any(l, 3, 5000));
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*write)(struct letter *letter);
	} kinds[] = { { "postfix", postfix }, { "exim", exim },
		{ "opensmtpd", opensmtpd } };
	static char room[1 << 16];
	struct letter l = { 0 };
	uint64_t count;
	size_t kind = 0;

	bool many = argc == 4 && !strcmp(argv[3], "many");

	if (argc != 3 && !many)
		return 2;
	count = strtoull(argv[2], NULL, 10);
	while (kind < 3 && strcmp(kinds[kind].name, argv[1]) != 0)
		kind++;
	if (kind == 3)
		return 2;
	setvbuf(stdout, room, _IOFBF, sizeof(room));
	for (l.number = 0; l.number < count; l.number++) {
		if (l.number % 100 == 99)
			snprintf(l.client, sizeof(l.client), "198.51.100.%u",
			    8 + (unsigned)(l.number / 100 % 4));
		else
			snprintf(l.client, sizeof(l.client), "10.0.%u.%u",
			    (unsigned)(l.number >> 8 & 255),
			    (unsigned)(l.number & 255));
		name_all(&l, many);
		kinds[kind].write(&l);
	}
	return fflush(stdout) != 0;
}
