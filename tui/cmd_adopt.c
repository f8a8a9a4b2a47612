#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "adopt.h"
#include "adopt_edits.h"
#include "cmd_gateway.h"
#include "out.h"
#include "pins.h"
#include "policy/effect.h"
#include "policy/mem.h"
#include "store/document.h"

struct adopting {
	struct session *session;
	const char *name;
	bool dry_run;
	struct policy *draft;
	const struct gateway *gateway;
	int64_t head;
	struct adoption adoption;
	struct fetched_files files;
	struct host_keys keys;
};

static bool
read_options(struct adopting *a, int argc, char **argv, struct err *err)
{
	static const struct option options[] = {
		{ "dry-run", no_argument, NULL, 'n' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = option_next(a->session, argc, argv, options, err)) != -1) {
		if (c == '?')
			return false;
		a->dry_run = true;
	}
	if (optind + 2 != argc)
		return usage_error(err, "gateway", "one NAME is needed");
	a->name = argv[optind + 1];
	return true;
}

/* By enum mta_kind. */
static bool (*const readers[])(struct adoption *adoption,
    const struct fetched_files *files, const char *gateway,
    struct err *err) = { adopt_postfix, adopt_exim, adopt_smtpd };

static bool
open_gateway(struct adopting *a, struct err *err)
{
	const struct gateway *g;

	if (!session_open(a->session, STORE_WRITE, err) ||
	    !store_draft(a->session->store, &a->draft, &a->head, err))
		return false;
	g = a->gateway = policy_gateway(a->draft, a->name);
	if (!g)
		return fail(err, "there is no gateway %s", a->name);
	return pins_load(a->session->store, g, &a->keys, err) &&
	    pins_check(g, &a->keys, err);
}

static bool
ask_gateway(struct adopting *a, struct err *err)
{
	const struct gateway *g = a->gateway;

	return files_of_mta(g, &a->keys, NULL, &a->files, err) &&
	    readers[g->mta](&a->adoption, &a->files, a->name, err);
}

/* What was pushed from here and changed by hand comes first: *done says that it
 * was that. */
static bool
take_edits(struct adopting *a, bool *done, struct err *err)
{
	struct edits_asked asked = { .session = a->session,
		.gateway = a->gateway, .pins = &a->keys, .draft = a->draft,
		.head = a->head, .dry_run = a->dry_run };
	struct gateway_status status;
	bool ok = edits_find(&asked, &status, err);

	*done = ok && status.managed && status.drift_count;
	if (*done)
		ok = edits_take(&asked, &status, err);
	if (ok || *done)
		status_clear(&status);
	return ok;
}

/* --- what is said ------------------------------------------------------ */

static void
print_server(const struct server *s)
{
	struct buf line = { 0 };

	buf_addf(&line, "server %s:", s->name);
	for (size_t i = 0; i < s->listener_count; i++) {
		buf_addc(&line, ' ');
		listener_add(&line, &s->listeners[i]);
	}
	buf_addf(&line, "; relay %s %zu entries%s; %zu refused; %zu domains%s",
	    mode_words[s->relay_mode], entries_count(&s->relay),
	    s->relay_authenticated ? " and who logs on" : "",
	    entries_count(&s->connection), s->route_count,
	    s->anonymous ? "" : "; only who logs on");
	out_line("%s", buf_text(&line));
	buf_free(&line);
}

static void
print_adoption(const struct adopting *a)
{
	const struct policy *found = a->adoption.policy;

	for (size_t i = 0; i < found->server_count; i++)
		print_server(found->servers[i]);
	for (const char *line = buf_text(&a->adoption.notes); *line;) {
		size_t len = strcspn(line, "\n");

		out_note("%.*s", (int)len, line);
		line += len + (line[len] == '\n');
	}
	if (a->dry_run)
		out_line("nothing was changed");
	else
		out_line("next: relayadm check, then push --dry-run %s",
		    a->name);
}

static void
print_document(const struct adopting *a)
{
	struct buf text = { 0 };

	document_add(&text, a->adoption.policy);
	out_text(&text);
	buf_free(&text);
}

/* --- the edit ---------------------------------------------------------- */

static bool
check_names(const struct adopting *a, struct err *err)
{
	const struct policy *found = a->adoption.policy;

	for (size_t i = 0; i < found->server_count; i++)
		if (policy_server(a->draft, found->servers[i]->name))
			return fail_as(err, ERR_NO,
			    "there is a server %s already; rename or remove it "
			    "before %s is adopted anew",
			    found->servers[i]->name, a->name);
	return true;
}

static void
carry(struct gateway *gateway, const char *server)
{
	gateway->servers = mem_resize(gateway->servers,
	    gateway->server_count + 1, sizeof(*gateway->servers));
	gateway->servers[gateway->server_count++] = mem_text(server);
}

/* All of them, and that the gateway carries them, in one step. */
static bool
save(struct adopting *a, struct err *err)
{
	const struct policy *found = a->adoption.policy;
	struct gateway *gateway = gateway_copy(a->gateway);
	struct change *changes = mem_new(found->server_count + 1,
	    sizeof(*changes));
	struct buf label = { 0 };
	bool ok;

	for (size_t i = 0; i < found->server_count; i++) {
		carry(gateway, found->servers[i]->name);
		changes[i] = (struct change){ OBJECT_SERVER, NULL,
			found->servers[i] };
	}
	changes[found->server_count] = (struct change){ OBJECT_GATEWAY,
		a->name, gateway };
	buf_addf(&label, "adopt what gateway %s has", a->name);
	ok = store_edit(a->session->store, buf_text(&label), changes,
	    found->server_count + 1, &a->head, err);
	buf_free(&label);
	free(changes);
	gateway_free(gateway);
	return ok;
}

bool
gateway_adopt(struct session *session, int argc, char **argv, struct err *err)
{
	struct adopting a = { .session = session };
	bool done = false;
	bool ok = read_options(&a, argc, argv, err) &&
	    open_gateway(&a, err) && take_edits(&a, &done, err) &&
	    (done || (ask_gateway(&a, err) && (a.dry_run ||
	    (check_names(&a, err) && save(&a, err)))));

	if (!ok || done)
		; /* it has said what it did */
	else if (session->json)
		print_document(&a);
	else
		print_adoption(&a);
	if (a.adoption.policy)
		adoption_free(&a.adoption);
	fetched_free(&a.files);
	policy_free(a.draft);
	return ok;
}
