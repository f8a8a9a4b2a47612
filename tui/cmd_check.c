#include "config.h"

#include <string.h>

#include <jansson.h>

#include "command.h"
#include "out.h"
#include "policy/expire.h"
#include "site_check.h"

/* A server's name asks for the invariants that it breaks, too. */
static bool
wanted(const struct finding *f, int count, char **names)
{
	const char *name = strchr(f->object, ':') + 1;

	for (int i = 0; i < count; i++)
		if (!strcmp(names[i], name) || !strcmp(names[i], f->object) ||
		    (f->server && !strcmp(names[i], f->server)))
			return true;
	return !count;
}

static json_t *
finding_json(const struct finding *f)
{
	struct buf witness = { 0 };
	json_t *json;

	finding_add_witness(&witness, f);
	json = json_pack("{s:s,s:s,s:s,s:s?,s:s,s:s?,s:s?}", "code", f->code,
	    "level", level_words[f->level], "object", f->object, "server",
	    finding_server(f), "sentence", f->sentence, "witness",
	    f->has_witness ? buf_text(&witness) : NULL, "advice", f->advice);
	buf_free(&witness);
	return json;
}

static void
print_finding(const struct finding *f)
{
	static const char marks[] = "X!i";
	struct buf text = { 0 };

	buf_addf(&text, "%c %-7s %s  %s\n    %s\n", marks[f->level],
	    level_words[f->level], f->code, f->object, f->sentence);
	if (f->has_witness) {
		buf_addf(&text, "    shown by: relayadm decide %s ",
		    finding_server(f));
		finding_add_witness(&text, f);
		buf_addc(&text, '\n');
	}
	if (f->advice)
		buf_addf(&text, "    to do: %s\n", f->advice);
	out_text(&text);
	buf_free(&text);
}

static void
print_findings(struct session *session, const struct findings *findings,
    int count, char **names, int *status)
{
	json_t *all = json_array();
	size_t shown = 0;

	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *f = &findings->items[i];

		if (!wanted(f, count, names))
			continue;
		shown++;
		if (f->level == LEVEL_ERROR)
			*status = ERR_NO;
		if (session->json)
			json_array_append_new(all, finding_json(f));
		else
			print_finding(f);
	}
	if (session->json)
		out_json(json_incref(all));
	else if (!shown)
		out_line("nothing found");
	json_decref(all);
}

/* Every name must be there, or a misspelt one would look clean. */
static bool
check_names(const struct policy *p, int count, char **names, struct err *err)
{
	for (int i = 0; i < count; i++) {
		const char *colon = strchr(names[i], ':');
		const char *name = colon ? colon + 1 : names[i];

		if (!policy_server(p, name) && !policy_gateway(p, name) &&
		    !policy_list(p, name) && !policy_invariant(p, name))
			return fail(err,
			    "%s: no server, gateway, list or invariant of "
			    "that name", names[i]);
	}
	return true;
}

COMMAND(check)
{
	static const struct option options[] = {
		{ "rev", required_argument, NULL, 'r' },
		{ NULL, 0, NULL, 0 },
	};
	struct policy *policy = NULL, *entered;
	struct compiled *compiled;
	struct findings findings;
	int64_t rev = 0;
	int c;

	*status = 0;
	while ((c = option_next(session, argc, argv, options, err)) != -1)
		if (c == '?' || !option_number(optarg, &rev, err))
			return false;
	if (!session_policy(session, rev, &policy, err))
		return false;
	if (!check_names(policy, argc - optind, argv + optind, err)) {
		policy_free(policy);
		return false;
	}
	entered = policy_copy(policy);
	if (!rev)
		policy_drop_expired(policy, store_now(), NULL);
	compiled = relay_compile(policy);
	site_check(policy, compiled, &findings);
	findings_add_expiry(&findings, entered, store_now());
	policy_free(entered);
	print_findings(session, &findings, argc - optind, argv + optind,
	    status);
	findings_free(&findings);
	relay_free(compiled);
	policy_free(policy);
	return true;
}
