/* What the console knows: the draft, what was asked of it, the dialogs that are
 * open.  One object, owned by console_run(). */
#ifndef TUI_APP_H
#define TUI_APP_H

#include <stdbool.h>
#include <stdint.h>

#include "asked.h"
#include "console.h"
#include "dialog.h"
#include "journal.h"
#include "loop.h"
#include "policy/effect.h"
#include "policy/finding.h"
#include "policy/name.h"
#include "store/approval.h"
#include "store/store.h"

struct company;
struct lent;
struct text_edit;
struct push_run;
struct theme;
struct unlock;

/* What one server of the draft amounts to; slow for very long lists. */
struct verdict {
	bool known;
	enum openness openness;
	char *reach; /* one line */
};

struct app {
	struct console_options options;
	const struct theme *theme;
	struct loop *loop;
	struct store *store;
	struct policy *draft; /* as in the store at head; app_edit() changes it */
	int64_t head;
	int64_t revision; /* the last one; 0: none */
	size_t steps;     /* since then */
	bool dirty;
	struct approvals approvals;
	struct dialog **stack; /* the last one has the keys */
	size_t depth, cap;
	char mark; /* of the message: i ! X */
	struct buf message;
	struct journal journal; /* every message */
	bool quit;
	const char *busy; /* what is being stored beside the loop, or NULL */
	bool keyed; /* a key came in this round of the loop */
	/* Asked for on demand, forgotten when the draft changes. */
	struct compiled *compiled;
	struct policy *judged; /* the draft without what has expired; NULL:
	                          nothing has */
	struct findings findings;
	bool checked;
	struct verdict *verdicts; /* one for each server, or NULL */
	size_t worked; /* so many of them are known, from the first on */
	/* How each object of the draft differs from the last revision: '+',
	 * '~', ' '; by enum object_kind; NULL: not known yet. */
	char *marks[OBJECT_INVARIANT + 1];
	bool wanted;              /* something asked for what is slow */
	struct policy *base; /* of the last revision */
	struct compiled *base_compiled; /* NULL: not asked for yet */
	int64_t base_revision;
	struct policy *then; /* for app_then(); NULL: not asked for yet */
	struct compiled *then_compiled;
	int64_t then_revision;
	struct asked asked; /* the last time, by who_open() */
	char server[NAME_SIZE]; /* the last one looked at, or "" */
	/* An object that has just come and gets the cursor; name "": none. */
	enum object_kind come_kind;
	char come_name[NAME_SIZE];
	char adopted[NAME_SIZE]; /* the gateway whose question is open */
	struct text_edit *wrong_text; /* asked about, or NULL */
	struct lent *lent; /* the terminal is an editor's; NULL: ours */
	struct push_run *push; /* the last one, or NULL */
	struct company *company; /* NULL: not looked yet */
	struct unlock *unlock; /* NULL: no passphrase was asked for yet */
};

/* A message for the message line and the journal; it stays until the next key.
 * mark: 'i' news, '!' warning, 'X' error. */
void app_say(struct app *app, char mark, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void app_fail(struct app *app, const struct err *err);
/* The command that does the same as what the last message tells. */
void app_same(struct app *app, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Has another process changed the draft, or committed it?  Then it is read
 * anew. */
bool app_catch_up(struct app *app);

/* Has another process said something about approvals?  Then says so. */
void app_hear_approvals(struct app *app);

/* Reads the draft anew and tells the open dialogs. */
bool app_reload(struct app *app, struct err *err);

/* The same with a draft that was read elsewhere, which is taken over. */
bool app_take_draft(struct app *app, struct policy *draft, int64_t head,
    struct err *err);

/* Stores changes as one step and says so.  *head is of the state that they are
 * based on (a dialog keeps it from when it took its copy).  On a conflict or
 * another error it says why and returns false. */
bool app_edit(struct app *app, const char *label, const struct change *changes,
    size_t count, int64_t *head);
/* One object changed or removed (object NULL), the most frequent case. */
bool app_edit_one(struct app *app, const char *label, enum object_kind kind,
    const char *name, const void *object);
/* The main screen's cursor goes to this object. */
void app_come(struct app *app, enum object_kind kind, const char *name);
/* One step of the draft undone, or done again; says which. */
bool app_step(struct app *app, bool redo);
/* For what is about to be edited: false, with a message, when read-only or
 * while something is being stored. */
bool app_may_edit(struct app *app);

/* The draft compiled, its findings, the policy of the last revision (NULL:
 * none): computed when first asked for. */
const struct compiled *app_compiled(struct app *app);
const struct findings *app_findings(struct app *app);
const struct policy *app_base(struct app *app);
const struct compiled *app_base_compiled(struct app *app);

/* The policy that asked.then names, that of the last revision where it names
 * none; its number. */
const struct policy *app_then(struct app *app);
const struct compiled *app_then_compiled(struct app *app);
int64_t app_then_number(const struct app *app);
void app_forget_then(struct app *app);

/* The verdict on a server of the draft, and the findings, if they are known;
 * else NULL, and they are worked out while no key is waiting (see app_work()),
 * after which the dialogs are refreshed. */
const struct verdict *app_verdict(struct app *app, const char *server);
const struct findings *app_known_findings(struct app *app);
/* The same for how an object differs: 0 while it is not known. */
char app_mark(struct app *app, enum object_kind kind, const char *name);
/* Does one piece of such work, or of a long filter; false when there is none
 * left. */
bool app_work(struct app *app);
bool app_has_work(const struct app *app);

/* How open the draft would be with this copy of a server in it; adds the names
 * of the invariants that the copy breaks. */
enum openness app_judge(struct app *app, const struct server *server,
    struct buf *broken);
/* The names of the invariants that the server of the draft breaks, as far as
 * that is known. */
void app_add_broken(struct app *app, const char *server, struct buf *out);

/* Everything that was computed from the draft. */
void app_forget(struct app *app);

void app_push(struct app *app, struct dialog *dialog);
struct dialog *app_top(const struct app *app);
/* General ids: undo, help, quit ... */
void app_run(struct app *app, int id);
void app_ask_discard(struct dialog *dialog);
/* Frees dialogs that have closed, calling done(). */
void app_reap(struct app *app);

#endif
