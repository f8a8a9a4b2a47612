/* Records a push as if it had been made, for journeys.
 *
 *   pushed DATABASE GATEWAY REVISION STATE */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "store/store.h"

int
main(int argc, char **argv)
{
	struct store *store;
	int64_t generation;
	struct err err;
	bool ok;

	if (argc != 5)
		return 2;
	if (!store_open(&store, argv[1], STORE_WRITE, &err)) {
		fprintf(stderr, "%s\n", err.text);
		return 3;
	}
	ok = store_push_begin(store, argv[2], strtoll(argv[3], NULL, 10),
	         "0123", &generation, &err) &&
	    store_push_end(store, generation, argv[4], "made up", &err);
	if (!ok)
		fprintf(stderr, "%s\n", err.text);
	store_close(store);
	return ok ? 0 : 3;
}
