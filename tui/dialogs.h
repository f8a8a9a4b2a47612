/* How the dialogs and screens are opened. */
#ifndef TUI_DIALOGS_H
#define TUI_DIALOGS_H

#include "dialog.h"
#include "asked.h"
#include "policy/finding.h"
#include "store/store.h"
#include "store/target.h"

typedef void (*dialog_done)(struct dialog *owner, struct dialog *dialog,
    bool ok);

void main_open(struct app *app);
void help_open(struct app *app);
/* What was to be stored, when another one had changed the object. */
struct conflict {
	enum object_kind kind;
	const char *name, *label;
	const void *before, *mine;
	int64_t head; /* of before */
};

/* After app_edit() failed: shows both beside each other, over the dialog that
 * has mine; false when it was no conflict. */
bool conflict_open(struct app *app, const struct conflict *conflict);
/* What the field with the focus is, and what it takes. */
void field_help_open(const struct dialog *dialog);
/* What was done in this session, and the commands that do the same. */
void log_open(struct app *app);
/* Of the table with the cursor; nothing where there is none. */
void columns_open(struct app *app);
/* The line for a command; text (may be NULL) stands in it. */
void palette_open(struct app *app, const char *text);
/* Text to read, lines as for struct view. */
void text_open(struct app *app, const char *title, const char *text);

/* A question; the default is no.  word: what must be typed to go on, or
 * NULL. */
void ask_open(struct app *app, const char *title, const char *text,
    const char *word, dialog_done done);

/* One line of text, told by prompt_text() in done().  check (may be NULL) gets
 * the prompt, whose owner is the opener, and refuses the text with a reason. */
struct prompt {
	const char *title, *label, *initial;
	bool (*check)(struct dialog *prompt, const char *text,
	    struct err *err);
	const void *context; /* context_size bytes, copied; or NULL */
	size_t context_size;
};

void prompt_open(struct app *app, const struct prompt *prompt,
    dialog_done done);
const char *prompt_text(const struct dialog *prompt);
const void *prompt_context(const struct dialog *prompt);

/* The Computer dialog: one entry of a list, new or to be changed. */
struct computer_order {
	const char *title;
	bool only_addresses; /* no client domains */
	bool in_list;        /* no named lists */
	const struct entry *entry; /* NULL: a new one */
	/* OK: takes it into the owner's copy, or refuses it with a reason. */
	bool (*take)(struct dialog *owner, const struct entry *old,
	    const struct entry *entry, struct err *err);
};

void computer_open(struct app *app, const struct computer_order *order);

/* Import: asks for a file, or shows text that was pasted, judges it against
 * what is present and gives what is good to the owner. */
struct import_order {
	const char *title;
	bool targeted;        /* stored at once, as a step of the draft */
	struct target target; /* ... of this; else the owner takes it */
	const struct entries *present; /* if it is not targeted */
	const char *text; /* NULL: ask for a file; copied */
	size_t len;
	bool (*take)(struct dialog *owner, const struct entries *entries,
	    struct err *err);
	/* A later version of this source, which the target has already, as it
	 * was read the last time; "": it is none. */
	char source[1001], options[600];
};

/* Asks which source of the target, and for its file. */
void refresh_open(struct app *app, const struct import_order *order);
void import_open(struct app *app, const struct import_order *order);

/* Of a virtual server of the draft. */
void sheet_open(struct app *app, const char *server);
void authentication_open(struct app *app, const char *server);
void connection_open(struct app *app, const char *server);
void relay_open(struct app *app, const char *server);
void restrictions_open(struct app *app, const char *server);
/* route: the row to edit, NULL to add one. */
void route_open(struct app *app, const char *server,
    const struct route *route);

/* entries lie in the owner's copy and change on OK. */
struct slot;
/* server: whose slot it is, NULL: of something else. */
void entries_open(struct app *app, struct entries *entries,
    const struct slot *slot, const char *title, const char *server);
void list_open(struct app *app, const char *name);

/* Asks DNS for the host name of an address; name_found() tells done() what is
 * verified, "" when nothing is. */
void name_open(struct app *app, const char *client, dialog_done done);
const char *name_found(const struct dialog *dialog);

void new_server_open(struct app *app);
void new_list_open(struct app *app);
/* name: NULL for a new one. */
void gateway_open(struct app *app, const char *name);
void trust_open(struct app *app, const char *gateway);
/* name: NULL for a new one. */
void invariant_open(struct app *app, const char *name);
void invariants_open(struct app *app);

/* Asks for an address or a name, and shows everywhere it stands. */
void find_open(struct app *app);
void changes_open(struct app *app);
/* What is set aside; set something aside. */
void asides_open(struct app *app);
void park_open(struct app *app);
void check_open(struct app *app);
void commit_open(struct app *app);
/* Approves a revision, or takes that back. */
void approve_open(struct app *app, int64_t revision);
void revisions_open(struct app *app);
void steps_open(struct app *app);
/* One object as a document in the user's editor. */
void edit_text_open(struct app *app, enum object_kind kind,
    const char *name);
void edit_text_forget(struct app *app);
/* Who changed one object, when and why. */
void past_open(struct app *app, enum object_kind kind, const char *name);
/* Who may relay?  NULL: what the dialog on top is about (dialog_type.who), else
 * what was asked the last time. */
void who_open(struct app *app, const struct asked *asked);
/* Asks against which revision, or of which day. */
void then_open(struct app *app);
/* Fills in the question that shows a finding; false when it has none. */
bool who_witness(struct asked *asked, const struct finding *finding);
/* What was pushed to a gateway, and back to it. */
void rollback_open(struct app *app, const char *gateway);
/* Runs relayadm with these arguments (ended by NULL) and shows what it prints.
 * Leaving ends it. */
void output_open(struct app *app, const char *title,
    const char *const *arguments);
/* Asks, then pushes the last revision; marked are one gateway, a group, or all
 * (both NULL).  While one goes on, shows that. */
void push_ask(struct app *app, const char *gateway, const char *group);
void push_ask_these(struct app *app, const char *const *gateways,
    size_t count);
/* Begins it and shows it; false, with a message, when it cannot begin. */
bool push_begin(struct app *app, int64_t revision, const char *const *gateways,
    size_t count);
/* Shows the one that goes on or was the last. */
void push_show(struct app *app);
/* Is its screen among those that are open? */
bool push_is_shown(const struct app *app);

#endif
