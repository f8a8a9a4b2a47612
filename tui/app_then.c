#include "config.h"

#include <stdio.h>

#include "app.h"
#include "dialogs.h"
#include "moment.h"

/* The policy that "Who may relay?" sets against the draft: that of the last
 * revision, or of an earlier one that was asked for. */

void
app_forget_then(struct app *app)
{
	relay_free(app->then_compiled);
	policy_free(app->then);
	app->then_compiled = NULL;
	app->then = NULL;
	app->then_revision = 0;
}

const struct policy *
app_then(struct app *app)
{
	int64_t wanted = app->asked.then;
	struct err err;

	if (!wanted)
		return app_base(app);
	if (app->then && app->then_revision == wanted)
		return app->then;
	app_forget_then(app);
	if (!store_revision(app->store, wanted, &app->then, &err)) {
		app_fail(app, &err);
		app->asked.then = 0;
		return app_base(app);
	}
	app->then_revision = wanted;
	return app->then;
}

const struct compiled *
app_then_compiled(struct app *app)
{
	const struct policy *then = app_then(app);

	if (!app->asked.then)
		return app_base_compiled(app);
	if (!app->then_compiled)
		app->then_compiled = relay_compile(then);
	return app->then_compiled;
}

int64_t
app_then_number(const struct app *app)
{
	return app->asked.then ? app->asked.then : app->revision;
}

static bool
check_moment(struct dialog *prompt, const char *text, struct err *err)
{
	struct app *app = prompt->app;
	struct policy *policy;
	int64_t number = 0;

	if (*text && !moment_revision(app->store, text, &number, err))
		return false;
	if (number && !store_revision(app->store, number, &policy, err))
		return false;
	if (number)
		policy_free(policy);
	app->asked.then = number;
	return true;
}

/* The day and who committed it are worth knowing. */
static void
on_moment(struct dialog *owner, struct dialog *dialog, bool ok)
{
	struct app *app = owner->app;
	struct revision *all = NULL;
	size_t count = 0, i;
	struct err err;

	(void)dialog;
	if (!ok || !store_log(app->store, &all, &count, &err))
		return;
	for (i = 0; i < count; i++)
		if (all[i].number == app_then_number(app))
			app_say(app, 'i', "against revision %lld, by %s: %s",
			    (long long)all[i].number, all[i].author,
			    all[i].message);
	revisions_free(all, count);
}

void
then_open(struct app *app)
{
	struct prompt prompt = { .title = "Who could relay then?",
		.label = "Revision, day (2026-03-14) or time (...T09:30); "
		         "empty: the last:", .check = check_moment, };

	prompt_open(app, &prompt, on_moment);
}
