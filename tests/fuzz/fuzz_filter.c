/* Filter words: a text that is understood means the same when it is written and
 * read again, and a refusal has a reason. */
#include "config.h"

#include <string.h>

#include "tui/filter_words.h"

#include "fuzz.h"

static void
check_again(const struct filter *filter)
{
	struct buf text = { 0 }, again = { 0 };
	struct filter other;
	struct err err;

	filter_add(&text, filter);
	demand(filter_parse(&other, buf_text(&text), &err));
	demand(other.count == filter->count);
	filter_add(&again, &other);
	demand(!strcmp(buf_text(&text), buf_text(&again)));
	for (size_t i = 0; i < filter->count; i++) {
		const struct filter_word *a = &filter->words[i];
		const struct filter_word *b = &other.words[i];

		demand(a->kind == b->kind && a->not == b->not);
		demand(a->less == b->less && a->any == b->any);
		demand(a->seconds == b->seconds && a->which == b->which);
		demand(a->number == b->number);
	}
	filter_free(&other);
	buf_free(&text);
	buf_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = { 0 };
	struct filter filter;
	struct buf text = { 0 };

	buf_addn(&text, data, size);
	if (filter_parse(&filter, buf_text(&text), &err))
		check_again(&filter);
	else
		demand(err.text[0]);
	filter_free(&filter);
	buf_free(&text);
	return 0;
}
