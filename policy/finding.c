#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "mem.h"

const char *const level_words[] = { "error", "warning", "info", NULL };

/* One row a check; each adds any number of findings. */
static void (*const checks[])(struct checking *c) = {
	ask_open_relay,
	ask_wide_relay,
	ask_relay_any_domain,
	ask_listener_conflict,
	ask_no_listener,
	ask_no_server,
	ask_unknown_list,
	ask_addresses_only,
	ask_duplicate_row,
	ask_cleartext_auth,
	ask_auth_unoffered,
	ask_domain_entry,
	ask_unreachable_relay,
	ask_never_overlap,
	ask_redundant_entry,
	ask_family_gap,
	ask_local_unbound,
	ask_shadowed_row,
	ask_route_loop,
};

struct finding *
finding_new(struct checking *c, const char *code, enum finding_level level,
    struct object object)
{
	struct findings *all = c->findings;
	struct buf name = { 0 };
	struct finding *f;

	all->items = mem_grow(all->items, all->count, &all->cap,
	    sizeof(*all->items));
	f = &all->items[all->count++];
	buf_addf(&name, "%s:%s", object.kind, object.name);
	*f = (struct finding){ .code = code, .level = level,
		.object = buf_take(&name) };
	return f;
}

void
finding_say(struct finding *f, const char *format, ...)
{
	char line[500];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	f->sentence = mem_text(line);
}

void
findings_add(struct findings *findings, const struct finding *finding)
{
	struct finding *f;

	findings->items = mem_grow(findings->items, findings->count,
	    &findings->cap, sizeof(*findings->items));
	f = &findings->items[findings->count++];
	*f = (struct finding){ .code = finding->code,
		.level = finding->level,
		.object = mem_text(finding->object),
		.sentence = mem_text(finding->sentence),
		.advice = mem_text(finding->advice) };
}

void
findings_ask(const struct policy *policy, const struct compiled *compiled,
    struct findings *findings)
{
	struct checking c = { policy, compiled, findings };

	*findings = (struct findings){ 0 };
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		checks[i](&c);
}

void
findings_free(struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		free(findings->items[i].object);
		free(findings->items[i].sentence);
		free(findings->items[i].advice);
		free(findings->items[i].recipient);
	}
	free(findings->items);
	*findings = (struct findings){ 0 };
}

bool
findings_have_error(const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		if (findings->items[i].level == LEVEL_ERROR)
			return true;
	return false;
}

void
finding_add_witness(struct buf *buf, const struct finding *f)
{
	const struct question *q = &f->witness;
	struct listener local = { q->local_family, q->local, q->local_port };

	if (!f->has_witness)
		return;
	buf_add(buf, "--client ");
	net_add_addr(buf, q->family, q->client);
	if (q->name)
		buf_addf(buf, " --name %s", q->name);
	if (q->authenticated)
		buf_add(buf, " --authenticated");
	if (q->local_family) {
		buf_add(buf, " --local ");
		listener_add(buf, &local);
	}
	buf_addf(buf, " --recipient '%s'", q->recipient);
}
