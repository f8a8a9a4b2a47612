/* Address ranges as providers publish them: JSON with arrays of objects, each
 * of them ranges and what they are for. */
#ifndef STORE_PROVIDER_H
#define STORE_PROVIDER_H

#include "intake.h"

enum part {
	PART_RANGE,    /* a text */
	PART_RANGES,   /* an array of texts */
	PART_SERVICE,  /* a text; before a dot it is a service, too */
	PART_REGION,   /* a text */
	PART_PORTS,    /* a text: "25,587" */
	PART_WORD,     /* a text for the comment */
	PART_REQUIRED, /* true or false */
	PART_URLS,     /* an array of texts, left */
	PART_INNER,    /* an object whose members belong to the outer one */
};

struct part_key {
	const char *key;
	enum part part;
};

struct provider {
	const char *word;          /* begins every comment */
	const char *const *arrays; /* of the top object, NULL ends them; or
	                              NULL: the top is an array itself */
	const struct part_key *keys; /* key NULL ends them; others are skipped */
};

/* Takes the ranges of the service, region and port that the rules name; refuses
 * what is not there with what is. */
bool provider_read(struct intake *intake, const struct source *source,
    const struct provider *provider, struct err *err);

#endif
