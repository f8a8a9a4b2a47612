/* Between the files of the property sheet of a virtual server.  The sheet is
 * live: each of its buttons, boxes and rows is stored at once as one step. */
#ifndef TUI_SHEET_SERVER_H
#define TUI_SHEET_SERVER_H

#include "app.h"
#include "policy/name.h"

enum sheet_tab {
	TAB_GENERAL = 1,
	TAB_ACCESS,
	TAB_ROUTING,
	TAB_GATEWAYS,
};

struct sheet_state {
	struct app *app;
	char name[NAME_SIZE];
	char routing[NAME_SIZE + 32]; /* "the routing list of internet" */
	int tab;
	bool enabled;
	int reroute;
	struct caption name_text, comment, authentication, connection, relay,
	    restrictions, verdict, effect;
	struct table listeners, routes, gateways;
};

enum {
	SHEET_RENAME = ID_OWN,
	SHEET_COMMENT,
	SHEET_ENABLE,
	SHEET_ADD,
	SHEET_EDIT,
	SHEET_REMOVE,
	SHEET_AUTHENTICATION,
	SHEET_CONNECTION,
	SHEET_RELAY,
	SHEET_REROUTE,
	SHEET_RESTRICTIONS,
	SHEET_CARRY,
	SHEET_IMPORT,
};

/* The server in the draft, or NULL when somebody removed it. */
const struct server *sheet_server(const struct sheet_state *state);

void sheet_tables_start(struct sheet_state *state);
void sheet_tables_reset(struct sheet_state *state);
void sheet_tables_clear(struct sheet_state *state);

void sheet_edit(struct dialog *dialog, int id);
/* Rows for the routing list: of a file, or (text not NULL) pasted. */
void sheet_import(struct dialog *dialog, const char *text, size_t len);

#endif
