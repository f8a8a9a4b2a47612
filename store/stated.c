#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"
#include "stated.h"

void
stated_add(struct stated_list *list, const struct joined *joined,
    struct spot *spot, struct span part)
{
	struct item item = joined_item(joined, spot, part);

	list->values = mem_grow(list->values, list->count, &list->cap,
	    sizeof(*list->values));
	list->values[list->count++] = (struct stated){
		mem_textn(part.text, part.len), item.line, item.column };
}

void
stated_free(struct stated_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->values[i].text);
	free(list->values);
	*list = (struct stated_list){ .there = false };
}

struct item
stated_item(const struct stated *value)
{
	return (struct item){ .line = value->line, .column = value->column,
		.text = value->text, .len = strlen(value->text) };
}

const char *
stated_text(const struct stated_list *list)
{
	return list->count ? list->values[0].text : "";
}

void
stated_take(struct intake *intake, const struct item *item,
    struct span spelled)
{
	/* Words of ours, which no other system has. */
	if (span_starts(spelled, "domain:") || span_starts(spelled, "list:"))
		intake_bad(intake, item, "'%.*s' is not an IP address",
		    SPAN_SHOWN(spelled));
	else
		intake_entry(intake, item, spelled.text, spelled.len);
}

bool
stated_net(struct intake *intake, const struct stated *value,
    struct span spelled, struct net *net, struct err *err)
{
	intake->column = value->column;
	return intake_parse_net(intake, spelled, net, err);
}

bool
stated_has(const struct stated_list *list, const char *word)
{
	for (size_t i = 0; i < list->count; i++)
		if (span_is(span_of(list->values[i].text,
		        strlen(list->values[i].text)), word))
			return true;
	return false;
}
