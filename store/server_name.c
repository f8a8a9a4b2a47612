#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"
#include "policy/name.h"
#include "server_name.h"

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9');
}

/* One '-' for a run of what may not be; room is left for a number. */
static void
make_valid(struct buf *name, const char *text)
{
	buf_clear(name);
	for (; *text && name->len < NAME_SIZE - 8; text++) {
		bool good = is_alnum(*text) || *text == '.' || *text == '_';

		if (is_alnum(*text) || (good && name->len))
			buf_addc(name, *text);
		else if (name->len && name->data[name->len - 1] != '-')
			buf_addc(name, '-');
	}
	while (name->len && name->data[name->len - 1] == '-')
		name->data[--name->len] = '\0';
	if (!name->len)
		buf_add(name, "server");
}

/* --- names that have been given ----------------------------------------- */

struct given_name {
	char *name;
	unsigned next; /* number to try behind it */
};

/* Where it is, or belongs. */
static bool
find(const struct given_names *given, const char *name, size_t *place)
{
	size_t low = 0, high = given->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(given->names[mid].name, name) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	*place = low;
	return low < given->count && !strcmp(given->names[low].name, name);
}

/* False when it has been given already. */
static bool
give(struct given_names *given, const char *name)
{
	size_t place;

	if (find(given, name, &place))
		return false;
	given->names = mem_grow(given->names, given->count, &given->cap,
	    sizeof(*given->names));
	memmove(given->names + place + 1, given->names + place,
	    (given->count - place) * sizeof(*given->names));
	given->names[place] = (struct given_name){ mem_text(name), 2 };
	given->count++;
	return true;
}

static unsigned
next_number(struct given_names *given, const char *name)
{
	size_t place;

	return find(given, name, &place) ? given->names[place].next++ : 2;
}

char *
server_name_make(struct given_names *given, const char *wish,
    const char *longer)
{
	struct buf base = { 0 }, name = { 0 };

	make_valid(&base, wish);
	if (give(given, buf_text(&base)))
		return buf_take(&base);
	make_valid(&base, longer);
	if (give(given, buf_text(&base)))
		return buf_take(&base);
	do {
		buf_clear(&name);
		buf_addf(&name, "%s-%u", buf_text(&base),
		    next_number(given, buf_text(&base)));
	} while (!give(given, buf_text(&name)));
	buf_free(&base);
	return buf_take(&name);
}

void
given_names_free(struct given_names *given)
{
	for (size_t i = 0; i < given->count; i++)
		free(given->names[i].name);
	free(given->names);
	*given = (struct given_names){ .count = 0 };
}

/* --- servers ------------------------------------------------------------ */

void
server_deafen(struct server *server)
{
	free(server->listeners);
	server->listeners = NULL;
	server->listener_count = 0;
}

struct server *
server_bare(struct given_names *given, const char *wish, const char *longer)
{
	char *name = server_name_make(given, wish, longer);
	struct server *server = server_new(name);

	free(name);
	server_deafen(server);
	return server;
}

bool
servers_share_listener(const struct server *a, const struct server *b)
{
	for (size_t i = 0; i < a->listener_count; i++) {
		const struct listener *x = &a->listeners[i];

		for (size_t k = 0; k < b->listener_count; k++) {
			const struct listener *y = &b->listeners[k];

			if (x->family == y->family && x->port == y->port &&
			    (x->addr == y->addr || !x->addr || !y->addr))
				return true;
		}
	}
	return false;
}
