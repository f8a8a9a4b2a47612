/* How fast a long list is judged in each format of lines, beside the plain
 * one.
 *
 *	bench_formats [LINES] */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "policy/mem.h"
#include "store/import.h"

static const struct shape {
	const char *format;
	const char *head;
	const char *line; /* %s is the address */
	const char *every; /* one in a hundred lines is this; NULL: none */
} shapes[] = {
	{ "plain", "", "%s\n", "%s # x\n", },
	{ "netset", "# hash:net ipset\n", "%s\n", NULL, },
	{ "drop", "", "%s ; SBL123456\n", NULL, },
	{ "drop-json", "", "{\"cidr\":\"%s\",\"sblid\":\"SBL123456\"}\n", NULL, },
	{ "csv", "ip,comment\n", "%s,\n", "%s,\"a, b\"\n", },
	{ "tsv", "name\tip\towner\n", "\t%s\tme\n", NULL, },
	{ "csv", "name,ip,expires\n", ",%s,2026-12-31\n", NULL, },
	{ "postfix-mynetworks", "mynetworks =\n", " %s,\n", NULL, },
	{ "postfix-cidr", "", "%s OK\n", NULL, },
	{ "postfix-cidr", "", "%s OK\n", "%s REJECT\n", },
	{ "postfix-access", "", "%s OK\n", NULL, },
	{ "sendmail-access", "", "Connect:%s RELAY\n", NULL, },
	{ "exim", "", "%s\n", NULL, },
	{ "exim", "<;", " %s;", NULL, },
	{ "opensmtpd", "# @list\n", "%s\n", NULL, },
	{ "opensmtpd", "table t {", "%s,\n", NULL, },
	{ "rir", "2|x|1|1|1|1|+0\n", "x|FR|ipv4|%s|1|20100712|allocated\n",
	    NULL, },
	{ "json", "[\n", "\"%s\",\n", NULL, },
	{ "json", "[\n", "{\"entry\":\"%s\"},\n", NULL, },
};

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
make(struct buf *buf, const struct shape *s, unsigned lines)
{
	uint32_t seed = 7;

	buf_clear(buf);
	buf_add(buf, s->head);
	for (unsigned i = 0; i < lines; i++) {
		const char *line = s->every && i % 100 == 50 ? s->every
		                                             : s->line;
		const char *at = strstr(line, "%s");

		seed = seed * 1664525u + 1013904223u;
		buf_addn(buf, line, (size_t)(at - line));
		net_add_addr(buf, 4, seed);
		buf_add(buf, at + 2);
	}
	if (!strcmp(s->format, "json"))
		buf_add(buf, "\"192.0.2.1\" ]\n");
}

static void
run(const struct shape *s, unsigned lines, double *plain)
{
	struct import_rules rules = { .format = s->format };
	static const struct entries none;
	struct buf text = { 0 };
	double best = 1e9;
	size_t taken = 0;

	make(&text, s, lines);
	for (int i = 0; i < 3; i++) {
		struct import import;
		struct err err;
		double since = now();

		if (!import_judge(&import, buf_text(&text), text.len, &rules,
		        &none, &err)) {
			fprintf(stderr, "%s: %s\n", s->format, err.text);
			exit(1);
		}
		if (now() - since < best)
			best = now() - since;
		if (import.bad_count) {
			fprintf(stderr, "%s: %s\n", s->format,
			    import.bad[0].reason);
			exit(1);
		}
		taken = entries_count(&import.entries);
		import_free(&import);
	}
	if (!*plain)
		*plain = best;
	printf("%-20s %-22.*s %7.1f ms  %5.2f  %zu entries\n", s->format,
	    (int)strcspn(s->every ? s->every : s->line, "\n"),
	    s->every ? s->every : s->line, best, best / *plain, taken);
	fflush(stdout);
	buf_free(&text);
}

int
main(int argc, char **argv)
{
	unsigned lines = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10)
	                          : 1000000;
	double plain = 0;

	printf("formats: %u lines each; the ratio is to plain\n", lines);
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		run(&shapes[i], lines, &plain);
	return 0;
}
