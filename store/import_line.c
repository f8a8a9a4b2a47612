#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "import.h"
#include "policy/mem.h"

struct numbered {
	uint32_t line, place;
};

static int
compare_lines(const void *x, const void *y)
{
	const struct numbered *a = x, *b = y;

	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return (a->place > b->place) - (a->place < b->place);
}

uint32_t *
import_judged(const struct import *m, unsigned kinds, size_t *count)
{
	struct numbered *all = mem_new(m->judged_count + 1, sizeof(*all));
	uint32_t *places;
	size_t n = 0;

	for (size_t i = 0; i < m->judged_count; i++)
		if (kinds >> m->judged[i].kind & 1)
			all[n++] = (struct numbered){ m->judged[i].line,
				(uint32_t)i };
	qsort(all, n, sizeof(*all), compare_lines);
	places = mem_new(n + 1, sizeof(*places));
	for (size_t i = 0; i < n; i++)
		places[i] = all[i].place;
	free(all);
	*count = n;
	return places;
}

bool
line_finder_go(struct line_finder *f, size_t number, const char **text,
    size_t *len)
{
	const struct import *m = f->import;
	const char *stop = m->text + m->len, *eol;
	char end = memchr(m->text, '\n', m->len) ? '\n' : '\r';

	if (!f->at || number < f->number) {
		f->at = m->text;
		f->number = 1;
	}
	while (f->at < stop) {
		eol = memchr(f->at, end, (size_t)(stop - f->at));
		eol = eol ? eol : stop;
		if (f->number == number) {
			*text = f->at;
			*len = (size_t)(eol - f->at);
			*len -= *len && eol[-1] == '\r';
			return true;
		}
		f->at = eol + 1;
		f->number++;
	}
	return false;
}
