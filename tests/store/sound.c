/* Is the file a database that SQLite finds nothing wrong with, and does every
 * row that names another find it?  Says what is wrong.
 *
 *	sound DATABASE */
#include "config.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

static int
say_row(void *context, int columns, char **values, char **names)
{
	int *faults = context;

	(void)names;
	if (columns > 0 && values[0] && !strcmp(values[0], "ok"))
		return 0;
	++*faults;
	printf("%s\n", columns > 0 && values[0] ? values[0] : "NULL");
	return 0;
}

int
main(int argc, char **argv)
{
	static const char *const checks[] = { "PRAGMA integrity_check",
		"PRAGMA foreign_key_check", };
	sqlite3 *db = NULL;
	int faults = 0;

	if (argc != 2)
		return 2;
	if (sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE, NULL) !=
	    SQLITE_OK)
		faults++;
	for (size_t i = 0; !faults && i < 2; i++)
		if (sqlite3_exec(db, checks[i], say_row, &faults, NULL) !=
		    SQLITE_OK)
			faults++;
	if (faults)
		printf("%s\n", sqlite3_errmsg(db));
	sqlite3_close(db);
	return faults != 0;
}
