/* A list of entries with its keys: add, edit, remove, import, export, paste.
 * The state of a dialog that has one begins with it; its type names the keys in
 * ENTRY_PANE_KEYS and hands ids of the pane on by entry_pane_act(). */
#ifndef TUI_ENTRY_PANE_H
#define TUI_ENTRY_PANE_H

#include "app.h"
#include "entry_sift.h"
#include "entry_sort.h"
#include "origin_line.h"
#include "store/target.h"

struct entry_pane {
	struct table table;
	struct entries *entries; /* in the dialog's copy */
	struct entries before;   /* as they were stored; ours, for the marks */
	const struct slot *slot; /* NULL: a named list */
	const char *title;       /* "Relay restrictions of internet" */
	struct target target;    /* in the draft; name "": nowhere */
	struct entry_facts facts;
	struct sift sift;        /* the filter */
	enum entry_order order;
	bool unsorted; /* what the order needs is not known yet */
	struct origin_line line; /* that is looked for */
};

enum {
	PANE_ADD = 900, /* dialogs' own ids stay below */
	PANE_EDIT,
	PANE_REMOVE,
	PANE_IMPORT,
	PANE_EXPORT,
	PANE_FIND,
	PANE_ORIGIN,
	PANE_MERGE,
	PANE_SORT,
	PANE_CARRY,
	PANE_REFRESH,
};

#define ENTRY_PANE_KEYS \
	{ 'a', K_INSERT, "Add", "add an entry", PANE_ADD, NULL, }, \
	{ 'e', 0, "Edit", "edit the entry under the cursor", PANE_EDIT, \
	    NULL, }, \
	{ 'd', K_DELETE, "Remove", "remove the marked entries, else this one", \
	    PANE_REMOVE, NULL, }, \
	{ 'i', 0, "Import", "import a file (or paste lines here)", \
	    PANE_IMPORT, NULL, }, \
	{ 'x', 0, "Export", "write the list to a file", PANE_EXPORT, NULL, }, \
	{ 'f', 0, NULL, "go to the entry that covers an address", PANE_FIND, \
	    NULL, }, \
	{ 'O', 0, NULL, "where the entry comes from, and its last mail", PANE_ORIGIN, NULL, }, \
	{ 'm', 0, NULL, "merge the marked, else all, after a look", \
	    PANE_MERGE, NULL, }, \
	{ 'S', 0, NULL, "sort by size, notes, expiry, age, source, last mail", \
	    PANE_SORT, NULL, }, \
	{ 'y', 0, NULL, "copy or move the marked (or this) to another list", \
	    PANE_CARRY, NULL, }, \
	{ 'R', 0, NULL, "refresh: a later version of what was imported", \
	    PANE_REFRESH, NULL, }

/* The state must not move afterwards. */
void entry_pane_start(struct entry_pane *pane, struct app *app,
    struct entries *entries, const struct slot *slot, const char *title);
/* The list in the draft: imports go there at once. */
void entry_pane_target(struct entry_pane *pane, bool is_list,
    const char *name);
/* The draft changed: these are the entries now. */
void entry_pane_renew(struct entry_pane *pane, struct entries *entries);
/* After entries changed. */
void entry_pane_reset(struct entry_pane *pane);
bool entry_pane_changed(const struct entry_pane *pane);
/* What filters the table and sorts it; sort_open() asks for the order. */
void entry_pane_look(struct entry_pane *pane, struct app *app);
void entry_pane_sort(struct entry_pane *pane, enum entry_order order);
void sort_open(struct app *app, struct entry_pane *pane);
/* Shows what would be merged. */
void merge_open(struct app *app, struct entry_pane *pane);
/* Asks to which other list the marked ones are to be copied or moved. */
void carry_open(struct dialog *owner, const struct entry_pane *pane);
/* Those of PANE_FIND and what follows; false for others. */
bool entry_pane_more(struct dialog *dialog, int id);
/* False when the id is none of the pane's. */
bool entry_pane_act(struct dialog *dialog, int id);
void entry_pane_paste(struct dialog *dialog, const char *text, size_t len);
void entry_pane_clear(struct entry_pane *pane);

/* Addresses that an entry holds: "128", "2^80", "?" for a domain. */
void entry_add_size(struct buf *out, const struct entry *entry);

#endif
