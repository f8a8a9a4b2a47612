#include "config.h"

#include <stdio.h>
#include <string.h>

#include "dialogs.h"
#include "policy/field.h"
#include "server_edit.h"

bool
server_edit_start(struct server_edit *edit, struct app *app, const char *name)
{
	const struct server *server = policy_server(app->draft, name);

	if (!server) {
		app_say(app, 'X', "virtual server %s is gone", name);
		return false;
	}
	edit->copy = server_copy(server);
	edit->before = server_copy(server);
	edit->head = app->head;
	snprintf(edit->name, sizeof(edit->name), "%s", name);
	return true;
}

bool
server_edit_renew(struct server_edit *edit, struct app *app)
{
	const struct server *server = policy_server(app->draft, edit->name);

	if (!server)
		return false;
	server_edit_clear(edit);
	edit->copy = server_copy(server);
	edit->before = server_copy(server);
	edit->head = app->head;
	return true;
}

bool
server_edit_store(struct server_edit *edit, struct app *app,
    const char *label)
{
	struct change change = { OBJECT_SERVER, edit->name, edit->copy };

	struct conflict conflict = { OBJECT_SERVER, edit->name, label,
		edit->before, edit->copy, edit->head };

	if (app_edit(app, label, &change, 1, &edit->head))
		return true;
	conflict_open(app, &conflict);
	return false;
}

void
server_edit_clear(struct server_edit *edit)
{
	if (edit->copy)
		server_free(edit->copy);
	if (edit->before)
		server_free(edit->before);
	edit->copy = edit->before = NULL;
}

/* So long that a verdict on it is felt? */
static bool
is_long(const struct server *server)
{
	const struct slot *slot;
	size_t count = 0;

	for (slot = server_slots; slot->name; slot++)
		count += entries_count(slot_entries_const(slot, server));
	return count > 20000;
}

/* An open relay is worse than a broken invariant. */
static void
show_verdict(struct caption *caption, enum openness openness, bool broken)
{
	static const enum role roles[] = {
		[CLOSED] = ROLE_GOOD,
		[WIDE] = ROLE_WARN,
		[OPEN] = ROLE_BAD,
	};
	static const char *const texts[] = {
		[CLOSED] = " CLOSED ",
		[WIDE] = " ! WIDE ",
		[OPEN] = " X OPEN ",
	};

	if (broken && openness != OPEN)
		caption_set(caption, ROLE_BAD, "X BREAKS");
	else
		caption_set(caption, roles[openness], texts[openness]);
}

void
verdict_set(struct caption *caption, struct dialog *dialog,
    const struct server *server, struct buf *means)
{
	bool copy = dialog->changed && !dialog->type->live;
	const struct verdict *known =
	    copy ? NULL : app_verdict(dialog->app, server->name);
	struct buf broken = { 0 };
	enum openness openness;

	dialog->due = copy && !dialog->due && is_long(server);
	if (dialog->due || (!copy && !known)) {
		caption_set(caption, ROLE_TEXT, "...");
		return;
	}
	if (known)
		app_add_broken(dialog->app, server->name, &broken);
	openness = known ? known->openness
	                 : app_judge(dialog->app, server, &broken);
	show_verdict(caption, openness, broken.len > 0);
	/* The caption says BREAKS unless it says worse. */
	if (broken.len)
		buf_addf(means, "%s%s. ", openness == OPEN ? "BREAKS " : "",
		    broken.data);
	buf_free(&broken);
}
