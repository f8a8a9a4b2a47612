#include "config.h"

#include <stdlib.h>

#include "command.h"
#include "out.h"
#include "store/import.h"
#include "store/target.h"

static bool
export_routing(const struct policy *policy, const struct target *target,
    struct buf *out, struct err *err)
{
	const struct server *s = policy_server(policy, target->name);

	if (!s)
		return fail(err, "there is no server %s", target->name);
	for (size_t n = 0; n < s->route_count; n++) {
		const struct route *r = &s->routes[n];

		route_add(out, r);
		buf_addf(out, " %s", action_words[r->action]);
		buf_add(out, r->next_hop ? " " : "");
		route_add_next_hop(out, r);
		buf_addc(out, '\n');
	}
	return true;
}

static bool
export_target(struct policy *policy, const char *text, const char *format,
    bool merged, struct err *err)
{
	struct target target;
	const struct entries *entries;
	struct buf out = { 0 };
	bool ok;

	if (!target_parse(&target, text, err))
		return false;
	entries = target_entries(&target, policy);
	if (target.is_routing)
		ok = export_routing(policy, &target, &out, err);
	else if (!entries)
		ok = fail(err, "%s: there is no such %s", text,
		    target.is_list ? "list" : "server");
	else
		ok = export_entries(&out, entries, format, merged, err);
	if (ok)
		out_text(&out);
	buf_free(&out);
	return ok;
}

COMMAND(export)
{
	static const struct option options[] = {
		{ "format", required_argument, NULL, 'f' },
		{ "merged", no_argument, NULL, 'M' },
		{ "rev", required_argument, NULL, 'r' },
		{ NULL, 0, NULL, 0 },
	};
	const char *format = NULL;
	struct policy *policy = NULL;
	bool merged = false, ok;
	int64_t rev = 0;
	int c;

	*status = 0;
	while ((c = option_next(session, argc, argv, options, err)) != -1) {
		if (c == '?' || (c == 'r' && !option_number(optarg, &rev, err)))
			return false;
		if (c == 'f')
			format = optarg;
		else if (c == 'M')
			merged = true;
	}
	if (optind + 1 != argc)
		return usage_error(err, "export", "one TARGET is needed");
	ok = session_policy(session, rev, &policy, err) &&
	    export_target(policy, argv[optind], format, merged, err);
	policy_free(policy);
	return ok;
}
