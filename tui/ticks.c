#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"
#include "ticks.h"

static size_t
find_name(const struct texts *names, const char *name)
{
	size_t i = 0;

	while (i < names->count && strcmp(names->items[i], name) != 0)
		i++;
	return i;
}

void
ticks_renew(struct ticks *ticks, const struct policy *policy, bool keep,
    bool (*names)(const void *object, const char *server), const void *object)
{
	struct ticks old = *ticks;

	*ticks = (struct ticks){ .on = mem_new(policy->server_count + 1,
	    sizeof(bool)) };
	for (size_t i = 0; i < policy->server_count; i++) {
		const char *name = policy->servers[i]->name;
		size_t was = find_name(&old.names, name);

		texts_add(&ticks->names, mem_text(name));
		ticks->on[i] = keep && was < old.names.count
		    ? old.on[was]
		    : names(object, name);
	}
	ticks_free(&old);
}

void
ticks_free(struct ticks *ticks)
{
	texts_free(&ticks->names);
	free(ticks->on);
	*ticks = (struct ticks){ .on = NULL };
}
