#include "config.h"

#include <stdlib.h>

#include "app.h"
#include "policy/mem.h"
#include "self.h"
#include "unlock.h"

struct child *
self_run(struct app *app, const char *const *arguments,
    const struct child_calls *calls, struct err *err)
{
	const struct child_asker asker = { unlock_asked, unlock_gone, app };
	size_t count = 0, i, n = 0;
	struct child *child;
	char **argv;

	while (arguments[count])
		count++;
	argv = mem_new(count + 7, sizeof(*argv));
	argv[n++] = mem_text(app->options.program);
	argv[n++] = mem_text("--database");
	argv[n++] = mem_text(app->options.database);
	argv[n++] = mem_text("--passphrase-fd");
	argv[n++] = mem_text("0");
	if (app->options.readonly)
		argv[n++] = mem_text("--readonly");
	for (i = 0; i < count; i++)
		argv[n++] = mem_text(arguments[i]);
	child = child_run(app->loop, argv, calls, &asker, err);
	while (n)
		free(argv[--n]);
	free(argv);
	return child;
}
