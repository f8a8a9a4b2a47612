#include "config.h"

#include <string.h>

#include "invariant_text.h"
#include "main_detail.h"
#include "policy/field.h"

void
add_listeners(struct buf *out, const struct server *server)
{
	size_t i;

	for (i = 0; i < server->listener_count; i++) {
		if (i)
			buf_add(out, "  ");
		listener_add(out, &server->listeners[i]);
	}
	if (!server->listener_count)
		buf_add(out, "nowhere yet");
}

void
add_verdict(struct buf *out, enum openness openness)
{
	static const char *const words[] = {
		[CLOSED] = "CLOSED: no open relay found",
		[WIDE] = "WIDE: a very large part of the Internet may relay",
		[OPEN] = "OPEN: anyone may relay, this is an open relay",
	};

	buf_add(out, words[openness]);
}

static void
add_server(struct buf *out, struct app *app, const struct server *server)
{
	static const char marks[] = { [CLOSED] = 2, [WIDE] = 3, [OPEN] = 4 };
	const struct verdict *verdict = app_verdict(app, server->name);

	if (verdict) {
		buf_addc(out, marks[verdict->openness]);
		add_verdict(out, verdict->openness);
	} else {
		buf_add(out, "...");
	}
	buf_add(out, "\n\n");
	if (server->comment)
		buf_addf(out, "%s\n\n", server->comment);
	buf_addf(out, "State       %s\n", server->enabled
	        ? "enabled"
	        : "off: not placed on any gateway");
	buf_add(out, "Listen      ");
	add_listeners(out, server);
	buf_addf(out, "\nLog-on      anonymous %s, basic %s, TLS %s\n",
	    server->anonymous ? "on" : "off", server->basic ? "on" : "off",
	    tls_words[server->tls]);
	buf_add(out, "Connect     ");
	effect_add_connection(out, server);
	buf_add(out, "\nRelay       ");
	effect_add_relay(out, server);
	buf_add(out, "\nRouting     ");
	effect_add_routing(out, server);
	buf_add(out, "\n            ");
	effect_add_restrictions(out, server);
	buf_addf(out, "\nReach       %s\n", verdict ? verdict->reach : "...");
}

static void
add_carriers(struct buf *out, const struct policy *policy, const char *name)
{
	size_t i, j, count = 0;

	buf_add(out, "\nCarried by  ");
	for (i = 0; i < policy->gateway_count; i++) {
		const struct gateway *gateway = policy->gateways[i];

		for (j = 0; j < gateway->server_count; j++)
			if (!strcmp(gateway->servers[j], name))
				buf_addf(out, "%s%s", count++ ? ", " : "",
				    gateway->name);
	}
	if (!count)
		buf_add(out, "no gateway yet: open a gateway and tick it");
	buf_add(out, "\n");
}

static void
add_findings(struct buf *out, struct app *app, const char *kind,
    const char *name)
{
	const struct findings *findings = app_known_findings(app);
	struct buf object = { 0 };
	size_t i;

	if (!findings)
		return;

	buf_addf(&object, "%s:%s", kind, name);
	for (i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];

		if (strcmp(finding->object, buf_text(&object)) != 0 &&
		    (strcmp(kind, "server") != 0 || !finding->server ||
		        strcmp(finding->server, name) != 0))
			continue;
		buf_addf(out, "\n%c %s: %s\n",
		    finding->level == LEVEL_ERROR       ? 'X'
		        : finding->level == LEVEL_WARNING ? '!'
		                                          : 'i',
		    finding->code, finding->sentence);
	}
	buf_free(&object);
}

static void
add_push(struct buf *out, struct app *app, const char *gateway)
{
	struct push_record record = { 0 };
	struct err err;

	buf_add(out, "\nLast push   ");
	if (!store_push_last(app->store, gateway, &record, &err))
		buf_addf(out, "not known: %s\n", err.text);
	else if (!record.state)
		buf_add(out, "never   (P: push)\n");
	else
		buf_addf(out, "revision %lld by %s: %s\n            %s\n",
		    (long long)record.revision, record.author, record.state,
		    record.detail ? record.detail : "");
	push_record_clear(&record);
}

static void
add_gateway(struct buf *out, struct app *app, const struct gateway *gateway)
{
	struct pin pin = { .type = "" };
	struct err err;
	size_t i;

	if (gateway->comment)
		buf_addf(out, "%s\n\n", gateway->comment);
	if (gateway->hold)
		buf_addf(out, "! Held      %s\n", gateway->hold);
	buf_addf(out, "Group       %s\n",
	    gateway->group ? gateway->group : "(none)");
	buf_addf(out, "MTA         %s\n", mta_words[gateway->mta]);
	buf_addf(out, "SSH         %s@%s, port %u%s\n", gateway->user,
	    *gateway->host ? gateway->host : "(no host yet)",
	    (unsigned)gateway->port,
	    gateway->become == BECOME_SUDO ? ", root by sudo" : "");
	if (gateway->jump)
		buf_addf(out, "            through %s\n", gateway->jump);
	buf_add(out, "Host key    ");
	if (!store_pin_get(app->store, gateway->name, &pin, &err))
		buf_addf(out, "not known: %s\n", err.text);
	else
		buf_addf(out, "%s\n", pin.type[0] ? pin.type
		                                  : "not trusted yet: Enter, "
		                                    "then Trust host key...");
	buf_add(out, "Carries     ");
	for (i = 0; i < gateway->server_count; i++)
		buf_addf(out, "%s%s", i ? ", " : "", gateway->servers[i]);
	if (!gateway->server_count)
		buf_add(out, "no virtual server yet: Enter opens it");
	buf_add(out, "\n");
	add_push(out, app, gateway->name);
}

static void
add_list(struct buf *out, const struct list *list)
{
	struct entry entry;
	size_t count = entries_count(&list->entries), i;

	if (list->comment)
		buf_addf(out, "%s\n\n", list->comment);
	buf_add(out, "Entries     ");
	buf_add_grouped(out, count);
	buf_addf(out, "\nIncluded as list:%s\n\n", list->name);
	for (i = 0; i < count && i < 10; i++) {
		buf_add(out, "  ");
		entries_at(&list->entries, i, &entry);
		entry_add(out, &entry);
		if (entry.comment)
			buf_addf(out, "   %s", entry.comment);
		buf_add(out, "\n");
	}
	if (count > 10)
		buf_add(out, "  ...   Enter shows them all\n");
}

static bool
is_empty(const struct policy *policy)
{
	return !policy->server_count && !policy->gateway_count &&
	    !policy->list_count && !policy->invariant_count;
}

/* The first time, when nothing is there. */
static void
add_first_steps(struct buf *out)
{
	buf_add(out, "\1No virtual server yet, nor anything else.\n\n"
	    "1  a: a virtual server from a preset, closed until you say who "
	    "may relay\n"
	    "2  Gateways, a: a mail relay host; T tests it\n"
	    "   or A there: reads what it lets relay now, in place "
	    "of step 1\n"
	    "3  Lists, a: then import or paste addresses\n"
	    "4  c checks, C commits, P pushes: nothing reaches a gateway "
	    "before P and a typed yes\n\n"
	    "u undoes any step, ? shows the keys, : takes commands (load FILE "
	    "reads a policy)");
}

static void
add_heading(struct buf *out, const struct policy *policy,
    const struct main_row *row)
{
	static const char *const texts[] = {
		[ROW_SERVERS] = "A virtual server is one SMTP service: where "
		    "it listens, who may connect, who may relay, where mail "
		    "goes. "
		    "One virtual server may be carried by many gateways.",
		[ROW_GATEWAYS] = "A gateway is a mail relay host that is "
		    "reached over SSH. A push places there the virtual servers "
		    "that it carries.",
		[ROW_INVARIANTS] = "An invariant says what must always hold, "
		    "whatever else is edited. It is held against every client "
		    "there is at each edit; a commit or a push that breaks it "
		    "is refused.",
		[ROW_LISTS] = "A named list of addresses is included by any "
		    "number of lists as list:NAME. Changing it changes them "
		    "all.",
	};
	static const char *const empty[] = {
		[ROW_SERVERS] = "No virtual server yet.\n\n  a      add one\n"
		    "  relayadm load FILE   reads a policy document",
		[ROW_GATEWAYS] = "No gateway yet.\n\n  a      add one, then "
		    "T tests it\n  A      then reads what it lets "
		    "relay now\n"
		    "  relayadm gateway add NAME ssh.host=HOST",
		[ROW_INVARIANTS] = "No invariant yet.\n\n  a      add one: "
		    "these clients never relay, only these do, ...\n"
		    "  relayadm invariant add NAME kind=never-relays "
		    "clients=ADDRESS",
		[ROW_LISTS] = "No list yet.\n\n"
		    "  a      add one, then import or paste into it\n"
		    "  relayadm import FILE --into list:NAME",
	};

	if (row->kind == ROW_GROUP) {
		buf_addf(out, "Group of %zu gateway%s.\n\nrelayadm push @%s "
		    "pushes them together.", row->inside,
		    row->inside == 1 ? "" : "s", row->name);
		return;
	}
	if (row->kind == ROW_SERVERS && is_empty(policy)) {
		add_first_steps(out);
		return;
	}
	buf_addf(out, "%s\n\n", texts[row->kind]);
	if (!row->inside)
		buf_add(out, empty[row->kind]);
	else
		buf_addf(out, "  a      add one\n"
		    "  Enter  open the one under the cursor\n%s",
		    row->kind == ROW_INVARIANTS ? "  v      show all of them, "
		                                  "and what breaks them\n"
		                                : "");
}

void
main_detail_add(struct buf *out, struct app *app, const struct main_row *row)
{
	const struct policy *policy = app->draft;

	switch (row->kind) {
	case ROW_SERVER:
	case ROW_CARRIED:
		if (!policy_server(policy, row->name)) {
			buf_add(out, "\4no virtual server has this name");
			break;
		}
		add_server(out, app, policy_server(policy, row->name));
		add_carriers(out, policy, row->name);
		add_findings(out, app, "server", row->name);
		break;
	case ROW_GATEWAY:
		add_gateway(out, app, policy_gateway(policy, row->name));
		add_findings(out, app, "gateway", row->name);
		break;
	case ROW_LIST:
		add_list(out, policy_list(policy, row->name));
		add_findings(out, app, "list", row->name);
		break;
	case ROW_INVARIANT:
		invariant_add_detail(out, app,
		    policy_invariant(policy, row->name));
		break;
	default:
		add_heading(out, policy, row);
		break;
	}
}
