#include "config.h"

#include "policy/field.h"
#include "server_rows.h"
#include "told_lines.h"
#include "tests/policy/unit.h"

static void
add_entries(struct buf *buf, const char *name, const struct entries *entries)
{
	struct entries_walk walk = { .entries = entries };
	struct entry entry;

	if (!entries_count(entries))
		return;
	buf_addf(buf, " %s=", name);
	for (size_t n = 0; entries_next(&walk, &entry); n++) {
		buf_add(buf, n ? "," : "");
		entry_add(buf, &entry);
	}
}

/* "NAME [off] LISTENERS anonymous basic tls=X connection:MODE relay:MODE auth
 * reroute boxes, then entries" with what is on alone. */
static void
add_server(struct buf *buf, const struct server *s)
{
	buf_addf(buf, "%s%s", s->name, s->enabled ? "" : " off");
	for (size_t i = 0; i < s->listener_count; i++) {
		buf_addc(buf, ' ');
		listener_add(buf, &s->listeners[i]);
	}
	buf_addf(buf, "%s%s tls=%s connection:%s relay:%s%s%s",
	    s->anonymous ? " anonymous" : "", s->basic ? " basic" : "",
	    tls_words[s->tls], mode_words[s->connection_mode],
	    mode_words[s->relay_mode],
	    s->relay_authenticated ? " auth" : "",
	    s->reroute ? " reroute" : "");
	buf_addf(buf, "%s%s%s",
	    s->only_authenticated ? " only-authenticated" : "",
	    s->clients.enabled ? " only-clients" : "",
	    s->local.enabled ? " only-local" : "");
	for (const struct slot *slot = server_slots; slot->name; slot++)
		add_entries(buf, slot->name, slot_entries_const(slot, s));
	buf_addc(buf, '\n');
}

static void
check_servers(const struct server_row *row, const struct policy *policy)
{
	struct buf got = { 0 };

	for (size_t i = 0; i < policy->server_count; i++)
		add_server(&got, policy->servers[i]);
	check_same(buf_text(&got), row->servers, row->name);
	buf_free(&got);
}

static void
check_server_row(const char *format, const struct server_row *row)
{
	struct policy *policy = policy_new();
	struct import_rules rules = row->rules;
	struct err err = { ERR_NONE, "" };
	struct import notes;
	bool ok;

	rules.format = format;
	ok = import_servers(policy, row->text, strlen(row->text), &rules,
	    &notes, &err);
	if (ok == row->refused)
		fail_msg("row '%s': %s", row->name, ok ? "read" : err.text);
	if (!ok && strncmp(err.text, row->servers, strlen(row->servers)) != 0)
		fail_msg("row '%s': got '%s'", row->name, err.text);
	if (ok) {
		check_servers(row, policy);
		check_told(row->name, row->left, notes.left,
		    notes.left_count);
		check_told(row->name, row->bad, notes.bad, notes.bad_count);
	}
	import_free(&notes);
	policy_free(policy);
}

void
check_server_rows(const char *format, const struct server_row *rows,
    size_t count)
{
	for (size_t i = 0; i < count; i++)
		check_server_row(format, &rows[i]);
}
