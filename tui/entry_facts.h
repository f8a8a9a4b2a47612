/* What is known of the entries of a list besides what they say: where they come
 * from, which others cover them, what the last revision had.  Found out when it
 * is first asked for. */
#ifndef TUI_ENTRY_FACTS_H
#define TUI_ENTRY_FACTS_H

#include "app.h"
#include "beside.h"
#include "last_mail.h"
#include "policy/set.h"
#include "store/origin.h"

/* Who sent mail. */
struct mail_facts {
	bool known;
	struct beside beside;
	struct mail_scope scope; /* for the thread */
	struct last_mail last;
};

struct entry_facts {
	struct app *app;
	const struct target *target;  /* name "": it is nowhere in the draft */
	const struct entries *stored; /* of it, as in the draft */
	const struct entries *shown;  /* as they are edited */
	void (*come)(void *context);  /* the origins, or the mail, are known */
	void *context;
	/* From here on its own. */
	bool same; /* stored and shown are equal */
	bool known;
	struct beside beside;
	struct entries copy; /* for the thread */
	struct origins origins;
	bool ok;
	struct err err;
	struct mail_facts mail;
	unsigned char *inside; /* a bit for each of the shown ones, or NULL */
	bool judged;
	struct set never, routable;
	struct import_rules rules;
};

/* The shown ones, or those in the draft, have changed. */
void facts_forget(struct entry_facts *facts);
/* The shown ones have, those in the draft have not. */
void facts_edited(struct entry_facts *facts);

/* Are the origins known?  If not, they are looked up beside the loop, and then
 * come() is called. */
bool facts_origins(struct entry_facts *facts);
/* Of a shown entry at this place: NULL when it is not stored yet, or not
 * known. */
const struct origin *facts_origin(const struct entry_facts *facts,
    const struct entry *entry, size_t place, bool *stored);

/* The same for who sent mail; it is read once. */
bool facts_mail(struct entry_facts *facts);
/* It is known. */
void facts_use(const struct entry_facts *facts, const struct entry *entry,
    struct mail_use *use);

/* What facts_is() is going to be asked. */
void facts_judge(struct entry_facts *facts);
/* Has the entry this problem (of enum filter_problem)? */
bool facts_is(const struct entry_facts *facts, const struct entry *entry,
    size_t place, int problem);

/* Had the last revision this entry in the same list? */
bool facts_committed(const struct entry_facts *facts,
    const struct entry *entry);

#endif
