/* Events, in their order, become messages and facts. */
#include "config.h"

#include <stdlib.h>

#include "maillog_line.h"
#include "policy/mem.h"

/* --- where from ----------------------------------------------------------- */

/* One copy of each name; NULL when there are more than any log has. */
static const char *
name_of(struct maillog *log, struct piece name)
{
	if (!name.at)
		return NULL;
	if (log->name_last < log->name_count &&
	    piece_is(name, log->names[log->name_last]))
		return log->names[log->name_last];
	for (size_t i = 0; i < log->name_count; i++)
		if (piece_is(name, log->names[i]))
			return log->names[log->name_last = i];
	if (log->name_count == NAMES_MOST)
		return NULL;
	log->name_last = log->name_count++;
	return log->names[log->name_last] = mem_textn(name.at, name.len);
}

static const char *
keep_name(struct session *s, struct piece name)
{
	if (!name.at)
		return NULL;
	if (name.len >= s->name_cap) {
		s->name_cap = 2 * name.len + 64;
		s->name = mem_resize(s->name, s->name_cap, 1);
	}
	memcpy(s->name, name.at, name.len);
	s->name[name.len] = '\0';
	return s->name;
}

static void
set_origin(struct maillog *log, struct session *s, const struct log_origin *o)
{
	s->fact = (struct mail_fact){ .server = name_of(log, o->server),
		.service = name_of(log, o->service), .local = o->local,
		.client = o->client, .name = keep_name(s, o->name),
		.verified = o->verified, .authenticated = o->authenticated,
		.memo = &s->memo };
}

struct applying {
	struct maillog *log;
	struct log_block *block;
};

/* --- facts ---------------------------------------------------------------- */

/* The byte behind a recipient belongs to nothing else. */
static void
tell(struct applying *a, struct session *s, const struct log_event *event)
{
	struct maillog *log = a->log;
	struct mail_fact *fact = &s->fact;
	char *recipient = NULL;

	if (event->recipient != NO_RECIPIENT) {
		recipient = a->block->bytes + event->recipient;
		recipient[event->recipient_len] = '\0';
	}
	fact->time = event->time;
	fact->recipient = recipient;
	fact->outcome = event->outcome;
	log->counts.facts++;
	log->counts.undated += !fact->time;
	log->take(log->context, fact);
}

/* --- connections of Postfix ----------------------------------------------- */

static uint64_t
bit_of(uint32_t pid)
{
	return (uint64_t)1 << pid % 64;
}

static bool
has_logged_on(const struct maillog *log, uint32_t pid)
{
	return pid != NO_PID && log->logged_on[pid / 64] & bit_of(pid);
}

static void
connection(struct maillog *log, const struct log_event *event)
{
	uint64_t *connected = &log->connected[event->pid / 64];

	log->logged_on[event->pid / 64] &= ~bit_of(event->pid);
	if (event->kind == LOG_CONNECTED)
		*connected |= bit_of(event->pid);
	else
		*connected &= ~bit_of(event->pid);
}

static void
logs_on(struct maillog *log, uint32_t pid)
{
	if (pid != NO_PID)
		log->logged_on[pid / 64] |= log->connected[pid / 64] &
		    bit_of(pid);
}

/* --- events --------------------------------------------------------------- */

static void
begins(struct applying *a, const struct log_event *event)
{
	const struct log_origin *origin = &a->block->origins[event->origin];
	struct session *s = sessions_begin(a->log->sessions, event,
	    &a->log->counts.forgotten);

	if (!s)
		return;
	set_origin(a->log, s, origin);
	if (origin->authenticated == MAIL_YES)
		logs_on(a->log, event->pid);
}

static void
refused(struct applying *a, const struct log_event *event)
{
	struct session *s = &a->log->refused, *open;

	set_origin(a->log, s, &a->block->origins[event->origin]);
	s->memo = NULL;
	if (s->fact.authenticated == MAIL_UNKNOWN) {
		open = sessions_find(a->log->sessions, event);
		if (has_logged_on(a->log, event->pid))
			s->fact.authenticated = MAIL_YES;
		else if (open)
			s->fact.authenticated = open->fact.authenticated;
	}
	tell(a, s, event);
}

static void
answered(struct applying *a, const struct log_event *event)
{
	struct session *s = sessions_find(a->log->sessions, event);
	bool accepted = event->outcome == MAIL_ACCEPTED;

	if (!s)
		a->log->counts.orphans += accepted;
	else if (accepted && event->recipient == NO_RECIPIENT)
		a->log->counts.cut++;
	else
		tell(a, s, event);
}

static void
delivered(struct applying *a, const struct log_event *event)
{
	struct session *s = sessions_find(a->log->sessions, event);

	if (!s)
		a->log->counts.orphans++;
	else if (session_sees(s, event->recipient_hash))
		tell(a, s, event);
}

static void
of_session(struct applying *a, const struct log_event *event)
{
	struct session *s = sessions_find(a->log->sessions, event);

	if (!s)
		return;
	if (event->kind == LOG_ENDS) {
		sessions_end(a->log->sessions, s);
	} else if (event->kind == LOG_LOGGED_ON) {
		s->fact.authenticated = MAIL_YES;
		s->memo = NULL;
	} else {
		a->log->counts.cut++;
	}
}

static void
apply(struct applying *a, const struct log_event *event)
{
	switch (event->kind) {
	case LOG_CONNECTED:
	case LOG_DISCONNECTED:
		connection(a->log, event);
		break;
	case LOG_BEGINS:
		begins(a, event);
		break;
	case LOG_REFUSED:
		refused(a, event);
		break;
	case LOG_DELIVERED:
		delivered(a, event);
		break;
	case LOG_ANSWERED:
		answered(a, event);
		break;
	default:
		of_session(a, event);
	}
}

static void
hint(struct maillog *log, const struct log_block *block, bool again)
{
	for (size_t i = 0; i < block->origin_count; i++) {
		const struct log_origin *o = &block->origins[i];
		struct mail_coming who = { .client = &o->client,
			.authenticated = o->authenticated };

		if (o->verified == MAIL_YES) {
			who.name = o->name.at;
			who.name_len = o->name.len;
		}
		log->hint(log->context, &who, again);
	}
}

void
maillog_apply(struct maillog *log, struct log_block *block)
{
	struct applying a = { log, block };

	if (log->hint) {
		hint(log, block, false);
		hint(log, block, true);
	}
	log->counts.bytes += block->counts.bytes;
	log->counts.lines += block->counts.lines;
	log->counts.of_mail += block->counts.of_mail;
	log->counts.cut += block->counts.cut;
	for (size_t i = 0; i < block->event_count; i++)
		apply(&a, &block->events[i]);
}
