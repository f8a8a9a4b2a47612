#include "config.h"

#include <string.h>

#include "push_record.h"
#include "remote/push.h"

bool
record_is_good(const struct push_record *r)
{
	return r->state && (!strcmp(r->state, push_words[PUSH_OK]) ||
	    !strcmp(r->state, push_words[PUSH_UNCHANGED]));
}
