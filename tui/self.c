#include "config.h"

#include <stdlib.h>

#include "app.h"
#include "policy/mem.h"
#include "self.h"

struct child *
self_run(const struct app *app, const char *const *arguments,
    const struct child_calls *calls, struct err *err)
{
	size_t count = 0, i, n = 0;
	struct child *child;
	char **argv;

	while (arguments[count])
		count++;
	argv = mem_new(count + 5, sizeof(*argv));
	argv[n++] = mem_text(app->options.program);
	argv[n++] = mem_text("--database");
	argv[n++] = mem_text(app->options.database);
	if (app->options.readonly)
		argv[n++] = mem_text("--readonly");
	for (i = 0; i < count; i++)
		argv[n++] = mem_text(arguments[i]);
	child = child_run(app->loop, argv, calls, err);
	while (n)
		free(argv[--n]);
	free(argv);
	return child;
}
