#include "config.h"

#include <stdlib.h>

#include "joined.h"
#include "policy/mem.h"

void
joined_add(struct joined *j, char c, const char *place)
{
	j->places = mem_grow(j->places, j->text.len, &j->cap,
	    sizeof(*j->places));
	j->places[j->text.len] = place;
	buf_addc(&j->text, c);
}

void
joined_add_span(struct joined *j, struct span span)
{
	for (size_t i = 0; i < span.len; i++)
		joined_add(j, span.text[i], span.text + i);
}

void
joined_clear(struct joined *j)
{
	buf_clear(&j->text);
}

void
joined_free(struct joined *j)
{
	buf_free(&j->text);
	free(j->places);
	*j = (struct joined){ 0 };
}

struct span
joined_span(const struct joined *j)
{
	return span_of(buf_text(&j->text), j->text.len);
}

struct item
joined_item(const struct joined *j, struct spot *spot, struct span part)
{
	const char *place = j->places[part.text - j->text.data];
	struct item item = spot_item(spot,
	    (size_t)(place - spot->source->text), part.len);

	item.text = part.text;
	return item;
}
