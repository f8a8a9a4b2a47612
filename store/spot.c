#include "config.h"

#include <string.h>

#include "spot.h"

static void
go_to(struct spot *s, size_t at)
{
	const char *text = s->source->text, *eol;

	if (at < s->start)
		s->at = s->start = s->line = 0;
	while (s->at < at &&
	    (eol = memchr(text + s->at, '\n', at - s->at))) {
		s->line++;
		s->at = s->start = (size_t)(eol - text) + 1;
	}
	s->at = at;
}

struct item
spot_item(struct spot *s, size_t at, size_t len)
{
	go_to(s, at);
	return (struct item){ .line = s->line + 1, .column = at - s->start + 1,
		.text = s->source->text + at, .len = len };
}

bool
spot_check(const struct source *source, struct err *err)
{
	const char *nul = memchr(source->text, '\0', source->len);
	struct spot s = { .source = source };

	if (!nul)
		return true;
	go_to(&s, (size_t)(nul - source->text));
	return fail(err, "line %zu: a NUL byte at column %zu; the file is "
	    "damaged, or not text", s.line + 1, s.at - s.start + 1);
}

void
spot_end(struct spot *s, struct intake *intake)
{
	go_to(s, s->source->len);
	intake->import->lines = s->line + (s->at > s->start);
}
