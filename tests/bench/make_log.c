/* A mail log, always the same, as a busy gateway would write it:
 *     make_log postfix|exim|opensmtpd TRANSACTIONS
 *
 * Each transaction is of a client in 10.0.0.0/16, in turn, on server "internet",
 * with one recipient at far.example and one at here.example; of every hundredth
 * the recipient is refused, and the client is one of 198.51.100.8 to .11.  So of
 * N transactions client 10.0.0.7 has those whose number is 7 modulo 65,536. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct letter {
	uint64_t number;
	char time[32], client[24];
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
	printf(HEAD "relayadm-internet/smtpd[%u]: connect from unknown[%s]\n",
	    l->time, pid, l->client);
	if (l->number % 100 == 99) {
		printf(HEAD "relayadm-internet/smtpd[%u]: NOQUEUE: reject: "
		    "RCPT from unknown[%s]: 554 5.7.1 <x@far.example>: Relay "
		    "access denied; from=<a@b.example> to=<x@far.example> "
		    "proto=ESMTP helo=<h>\n", l->time, pid, l->client);
		printf(HEAD "relayadm-internet/smtpd[%u]: disconnect from "
		    "unknown[%s] ehlo=1 mail=1 rcpt=0/1 quit=1 "
		    "commands=3/4\n", l->time, pid, l->client);
		return;
	}
	printf(HEAD "relayadm-internet/smtpd[%u]: %s: client=unknown[%s]\n",
	    l->time, pid, id, l->client);
	printf(HEAD "cleanup[%u]: %s: message-id=<20261123%llu@b.example>\n",
	    l->time, pid + 1, id, (unsigned long long)l->number);
	printf(HEAD "qmgr[900]: %s: from=<a@b.example>, size=4711, nrcpt=2 "
	    "(queue active)\n", l->time, id);
	printf(HEAD "relayadm-internet/smtpd[%u]: disconnect from unknown[%s] "
	    "ehlo=1 mail=1 rcpt=2 data=1 quit=1 commands=6\n", l->time, pid,
	    l->client);
	printf(HEAD "smtp[%u]: %s: to=<x@far.example>, relay=mail.far.example"
	    "[192.0.2.25]:25, delay=0.52, delays=0.05/0/0.21/0.26, dsn=2.0.0, "
	    "status=sent (250 2.0.0 Ok: queued as 4F3C2B1A09)\n", l->time,
	    pid + 2, id);
	printf(HEAD "lmtp[%u]: %s: to=<y@here.example>, relay=mail.here."
	    "example[/run/lmtp], delay=0.12, delays=0.05/0/0.01/0.06, "
	    "dsn=2.0.0, status=sent (250 2.0.0 <y@here.example> Saved)\n",
	    l->time, pid + 3, id);
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
		printf("%s H=(h) [%s]:4711 I=[10.9.0.1]:25 F=<a@b.example> "
		    "rejected RCPT <x@far.example>: relay not permitted\n",
		    l->time, l->client);
		return;
	}
	printf("%s %s <= a@b.example H=(h) [%s]:4711 I=[10.9.0.1]:25 P=esmtp "
	    "S=4711 id=20261123%llu@b.example\n", l->time, id, l->client,
	    (unsigned long long)l->number);
	printf("%s %s => x@far.example R=dnslookup T=remote_smtp "
	    "H=mail.far.example [192.0.2.25] C=\"250 2.0.0 Ok: queued as "
	    "4F3C2B1A09\"\n", l->time, id);
	printf("%s %s => y <y@here.example> R=local_user T=mail_spool\n",
	    l->time, id);
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
		printf("%sfailed-command command=\"RCPT TO:<x@far.example>\" "
		    "result=\"550 Invalid recipient: <x@far.example>\"\n",
		    head);
	else
		printf("%smessage msgid=4f3c2b1a size=4711 nrcpt=2 proto=ESMTP"
		    "\n%senvelope evpid=4f3c2b1a00000001 from=<a@b.example> "
		    "to=<x@far.example>\n%senvelope evpid=4f3c2b1a00000002 "
		    "from=<a@b.example> to=<y@here.example>\n", head, head,
		    head);
	printf("%sdisconnected reason=quit\n", head);
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

	if (argc != 3)
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
		kinds[kind].write(&l);
	}
	return fflush(stdout) != 0;
}
