/* Masks that are no subnets: with holes (255.0.255.0), or the other way round
 * as routers write them (0.0.0.255: the bits that may differ). */
#ifndef STORE_MASK_H
#define STORE_MASK_H

#include "policy/net.h"
#include "span.h"

#define MASK_PIECES 256 /* more are not made of one */

struct mask {
	uint32_t addr;
	uint32_t fixed; /* the bits that an address must have as addr has */
	bool wildcard;  /* written the other way round */
};

/* "10.0.0.0 255.0.255.0", "10.0.0.0/0.0.0.255".  False when it is no address
 * with such a mask. */
bool mask_parse(struct mask *mask, struct span text);
/* How many blocks it means. */
size_t mask_pieces(const struct mask *mask);
/* Calls back with each of them. */
void mask_expand(const struct mask *mask,
    void (*each)(const struct net *block, void *context), void *context);

/* Sets why such a mask is not taken, and what was probably meant; false when
 * it is none. */
bool mask_explain(struct span text, struct err *err);
/* Is it one, or a mask of a subnet, by itself? */
bool mask_looks_so(struct span word);

#endif
