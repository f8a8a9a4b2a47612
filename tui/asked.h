/* A question to "Who may relay?" as it is typed. */
#ifndef TUI_ASKED_H
#define TUI_ASKED_H

#include <stdbool.h>

#include "policy/name.h"

/* What is not known is "". */
struct asked {
	char server[NAME_SIZE];
	char client[64];
	char name[260];
	char local[64]; /* address:port */
	char recipient[400];
	bool authenticated;
};

#endif
