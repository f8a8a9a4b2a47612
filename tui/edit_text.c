#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app.h"
#include "dialogs.h"
#include "differ.h"
#include "lent.h"
#include "policy/invariant.h"
#include "policy/mem.h"
#include "store/document.h"
#include "store/shape.h"
#include "user_file.h"

#define TEXT_MOST ((size_t)256 << 20)

/* One object on its way through an editor. */
struct text_edit {
	struct app *app;
	enum object_kind kind;
	char name[NAME_SIZE];
	int64_t head; /* of the draft that it was taken from */
	char *path;   /* of ours alone: mode 0600 in a folder 0700 */
	struct buf was; /* what was written there */
	size_t line;    /* where it is wrong */
};

static void
edit_free(void *context)
{
	struct text_edit *edit = context;

	if (edit->path)
		unlink(edit->path);
	free(edit->path);
	buf_free(&edit->was);
	free(edit);
}

/* --- the text ----------------------------------------------------------- */

static void
add_document(struct text_edit *edit)
{
	const struct shape *shape = &shapes[edit->kind];
	struct buf *out = &edit->was;

	buf_addf(out, "# %s %s of relayadm's draft, as relayadm(1) describes "
	    "documents.\n# Save and leave to store it as one step; no change, "
	    "no step.\n{\n  \"relayadm\": 1,\n  \"%s\": [\n    ", shape->word,
	    edit->name, shape->plural);
	shape_add(out, shape, shape->find(edit->app->draft, edit->name), 2,
	    true);
	buf_add(out, "\n  ]\n}\n");
}

static bool
write_all(int fd, const struct buf *text)
{
	size_t done = 0;
	ssize_t n = 0;

	while (done < text->len && n >= 0) {
		n = write(fd, text->data + done, text->len - done);
		done += n > 0 ? (size_t)n : 0;
	}
	return done == text->len;
}

static bool
make_file(struct text_edit *edit, struct err *err)
{
	char *path = user_state_file("edit-XXXXXX.json");
	int fd = mkostemps(path, 5, O_CLOEXEC);
	bool ok = fd >= 0 && write_all(fd, &edit->was);

	if (!ok)
		fail_as(err, ERR_NO, "%s: %s", path, strerror(errno));
	if (fd >= 0) {
		close(fd);
		edit->path = path;
	} else {
		free(path);
	}
	return ok;
}

static bool
read_fd(int fd, struct buf *text)
{
	char bytes[65536];
	ssize_t n;

	while ((n = read(fd, bytes, sizeof(bytes))) > 0 &&
	    text->len <= TEXT_MOST)
		buf_addn(text, bytes, (size_t)n);
	return n == 0;
}

/* Editors write a file anew under its name, so it may be another one now. */
static bool
read_file(const struct text_edit *edit, struct buf *text, struct err *err)
{
	int fd = open(edit->path,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat stat;
	bool ok = fd >= 0 && fstat(fd, &stat) == 0 && S_ISREG(stat.st_mode) &&
	    read_fd(fd, text);

	if (!ok)
		fail_as(err, ERR_NO, "%s cannot be read again: %s",
		    edit->path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return ok;
}

/* Lines that begin with # are for the reader; blanks keep the numbers of the
 * others. */
static void
blank_comments(struct buf *text)
{
	bool start = true, comment = false;
	size_t i;

	for (i = 0; i < text->len; i++) {
		if (start)
			comment = text->data[i] == '#';
		start = text->data[i] == '\n';
		if (comment && !start)
			text->data[i] = ' ';
	}
}

/* --- what comes back ---------------------------------------------------- */

/* The lists, which entries may include, and nothing else; not the object. */
static struct policy *
surroundings(const struct text_edit *edit)
{
	struct policy *around = policy_copy(edit->app->draft);

	while (around->server_count)
		policy_remove_server(around, around->servers[0]->name);
	while (around->gateway_count)
		policy_remove_gateway(around, around->gateways[0]->name);
	while (around->invariant_count)
		policy_remove_invariant(around, around->invariants[0]->name);
	if (edit->kind == OBJECT_LIST)
		policy_remove_list(around, edit->name);
	return around;
}

static bool
same_lists(const struct policy *a, const struct policy *b)
{
	size_t i;

	for (i = 0; i < a->list_count; i++)
		if (differ_objects(OBJECT_LIST, a->lists[i], b->lists[i]))
			return false;
	return true;
}

/* Of everything that the text named only the one object may have come. */
static const void *
only_object(const struct text_edit *edit, const struct policy *around,
    const struct policy *now, struct err *err)
{
	size_t kind, came = 0;
	const struct shape *shape = &shapes[edit->kind];

	for (kind = 0; kind < KIND_COUNT; kind++)
		came += shapes[kind].count(now) - shapes[kind].count(around);
	if (came == 1 && shape->count(now) == shape->count(around) + 1 &&
	    same_lists(around, now))
		return shape->at(now, shape->count(now) - 1);
	fail(err, "the text must hold this one %s and nothing else; load "
	    "--merge reads more", shape->word);
	return NULL;
}

static bool
store(struct text_edit *edit, const void *object, struct err *err)
{
	const char *name = shape_name(&shapes[edit->kind], object);
	struct change change = { edit->kind, edit->name, object };
	struct app *app = edit->app;
	char label[200];

	if (strcmp(name, edit->name) != 0 &&
	    shapes[edit->kind].find(app->draft, name))
		return fail(err, "the name %s is taken", name);
	snprintf(label, sizeof(label), "edit %s %s as text",
	    object_words[edit->kind], edit->name);
	return app_edit(app, label, &change, 1, &edit->head) ||
	    fail(err, "%s", buf_text(&app->message));
}

static bool
take(struct text_edit *edit, struct buf *text, struct err *err)
{
	struct policy *around = surroundings(edit), *now;
	const void *object = NULL;
	bool ok;

	now = policy_copy(around);
	blank_comments(text);
	ok = document_merge_line(now, buf_text(text), text->len, &edit->line,
	    err);
	if (ok)
		object = only_object(edit, around, now, err);
	ok = object && store(edit, object, err);
	policy_free(around);
	policy_free(now);
	return ok;
}

/* --- the editor --------------------------------------------------------- */

static bool begin(struct text_edit *edit, struct err *err);

static void
on_again(struct dialog *owner, struct dialog *dialog, bool ok)
{
	struct text_edit *edit = owner->app->wrong_text;
	struct err err;

	(void)dialog;
	owner->app->wrong_text = NULL;
	if (!ok) {
		app_say(owner->app, 'i', "the text was thrown away; nothing "
		    "was changed");
		edit_free(edit);
	} else if (!begin(edit, &err)) {
		app_fail(owner->app, &err);
		edit_free(edit);
	}
}

/* Keeps the text and asks; the editor comes back at the line. */
static void
ask_again(struct text_edit *edit, const struct err *err)
{
	struct buf text = { 0 };

	buf_addf(&text, "Line %zu: %s\n\nGo on opens the editor again there; "
	    "Cancel throws the text away.", edit->line, err->text);
	edit->app->wrong_text = edit;
	ask_open(edit->app, "This cannot be stored", buf_text(&text), NULL,
	    on_again);
	buf_free(&text);
}

/* Done with the text, or asking about it: then it is kept. */
static bool
finish(struct text_edit *edit, int status)
{
	struct buf text = { 0 };
	bool done = true;
	struct err err;

	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		app_say(edit->app, '!', "the editor did not end well; nothing "
		    "was changed");
	} else if (!read_file(edit, &text, &err)) {
		app_fail(edit->app, &err);
	} else if (text.len == edit->was.len && (!text.len ||
	        !memcmp(text.data, edit->was.data, text.len))) {
		app_say(edit->app, 'i', "nothing was changed");
	} else if (!take(edit, &text, &err)) {
		ask_again(edit, &err);
		done = false;
	}
	buf_free(&text);
	return done;
}

/* The object of the calls lives as long as the editor; ours may live on. */
struct hand {
	struct text_edit *edit;
};

static void
on_end(void *context, int status)
{
	struct hand *hand = context;

	if (!finish(hand->edit, status))
		hand->edit = NULL;
}

static void
on_clear(void *context)
{
	struct hand *hand = context;

	if (hand->edit)
		edit_free(hand->edit);
	free(hand);
}

/* False: edit is still the caller's. */
static bool
begin(struct text_edit *edit, struct err *err)
{
	struct hand *hand = mem_new(1, sizeof(*hand));
	struct lent_calls calls = { on_end, on_clear, hand };

	if (lent_edit(edit->app, edit->path, edit->line, &calls, err)) {
		hand->edit = edit;
		return true;
	}
	return false;
}

void
edit_text_open(struct app *app, enum object_kind kind, const char *name)
{
	struct text_edit *edit;
	struct err err;

	if (!app_may_edit(app))
		return;
	edit = mem_new(1, sizeof(*edit));
	edit->app = app;
	edit->kind = kind;
	edit->head = app->head;
	snprintf(edit->name, sizeof(edit->name), "%s", name);
	add_document(edit);
	if (make_file(edit, &err) && begin(edit, &err))
		return;
	app_fail(app, &err);
	edit_free(edit);
}

void
edit_text_forget(struct app *app)
{
	if (app->wrong_text)
		edit_free(app->wrong_text);
	app->wrong_text = NULL;
}
