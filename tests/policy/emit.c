/* Writes a random policy as a document, questions as "relayadm decide --batch"
 * reads them, and the answers of the model.
 *
 *	emit FOLDER SEED QUESTIONS: policy.json, questions.tsv, wanted.tsv */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "model.h"

static FILE *
open_in(const char *folder, const char *name)
{
	char path[1000];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "w");
	if (!f) {
		perror(path);
		exit(99);
	}
	return f;
}

/* No SMTP session can name an empty recipient. */
static void
ask_somebody(const struct model *m, struct m_probe *p, uint64_t *seed)
{
	do
		m_ask(m, p, seed);
	while (!p->recipient[0] || !strcmp(p->recipient, "<>"));
}

static void
write_questions(const char *folder, const struct model *m, uint64_t *seed,
    unsigned long count)
{
	FILE *questions = open_in(folder, "questions.tsv");
	FILE *wanted = open_in(folder, "wanted.tsv");

	for (unsigned long i = 0; i < count; i++) {
		struct m_probe p;
		struct m_verdict v;
		char local[80];

		ask_somebody(m, &p, seed);
		m_decide(m, &p, &v);
		m_local_text(&p, local, sizeof(local));
		fprintf(questions, "%s\t%s\t%s\t%d\t%s\t%s\n",
		    m->servers[p.server].name, p.client_text,
		    p.name[0] ? p.name : "-", p.authenticated, local,
		    p.recipient);
		fprintf(wanted, "%s\t%d\t%s\n", v.decision, v.row, v.what);
	}
	if (fclose(questions) || fclose(wanted))
		exit(99);
}

int
main(int argc, char **argv)
{
	struct model m;
	uint64_t seed;
	FILE *f;

	if (argc != 4) {
		fprintf(stderr, "usage: emit FOLDER SEED QUESTIONS\n");
		return 2;
	}
	seed = strtoull(argv[2], NULL, 10);
	m_make(&m, &seed);
	f = open_in(argv[1], "policy.json");
	m_write_json(&m, f);
	if (fclose(f))
		return 99;
	write_questions(argv[1], &m, &seed, strtoul(argv[3], NULL, 10));
	return 0;
}
