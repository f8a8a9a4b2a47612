/* Which entry of a set holds an address or covers a name?  Built once from
 * entries, never changed. */
#ifndef POLICY_LOOKUP_H
#define POLICY_LOOKUP_H

#include "entries.h"

struct lookup;

/* Borrows the entries; they must stay as they are.  with_domains false leaves
 * client domains out. */
struct lookup *lookup_new(const struct entries *entries, bool with_domains);
void lookup_free(struct lookup *lookup);

/* The entries got an address or range, now at the place; or the net is gone
 * that was at the place.  Places are those of entries_at(). */
void lookup_added(struct lookup *lookup, size_t place);
void lookup_removed(struct lookup *lookup, size_t place,
    const struct net *net);

/* The place of the narrowest entry that holds the address, or else of the
 * longest domain that covers the (folded) name, which may be NULL; or
 * ENTRY_NOWHERE. */
size_t lookup_find(const struct lookup *lookup, uint8_t family, u128 addr,
    const char *name);

/* Does a client domain cover the (folded) name? */
bool lookup_covers(const struct lookup *lookup, const char *name);

/* Fetches what lookup_find() of the address will look at; changes nothing. */
void lookup_hint(const struct lookup *lookup, uint8_t family, u128 addr);

const struct entries *lookup_entries(const struct lookup *lookup);

#endif
