#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "cmd_gateway.h"
#include "out.h"
#include "pins.h"
#include "policy/mem.h"
#include "remote/push.h"
#include "remote/setup.h"
#include "remote/ssh_key.h"

/* --- setup -------------------------------------------------------------- */

struct setup_options {
	const char *name, *key;
	bool boot_only, install;
};

static bool
read_setup_options(struct session *session, int argc, char **argv,
    struct setup_options *o, struct err *err)
{
	static const struct option options[] = {
		{ "key", required_argument, NULL, 'k' },
		{ "boot-only", no_argument, NULL, 'b' },
		{ "install", no_argument, NULL, 'i' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = option_next(session, argc, argv, options, err)) != -1) {
		switch (c) {
		case 'k': o->key = optarg; break;
		case 'b': o->boot_only = true; break;
		case 'i': o->install = true; break;
		default: return false;
		}
	}
	if (optind + 2 != argc)
		return usage_error(err, "gateway", "one NAME is needed");
	o->name = argv[optind + 1];
	return true;
}

/* Of FILE.pub, or of what we log in with. */
static bool
find_public_key(const char *named, struct host_key *key, struct err *err)
{
	const char *set = named ? named : getenv("RELAYADM_SSH_KEY");
	char *file = set && *set ? mem_text(set) : key_file_default();
	size_t len = file ? strlen(file) : 0;
	bool ok;

	if (len > 4 && !strcmp(file + len - 4, ".pub"))
		file[len - 4] = '\0';
	ok = file && key_file_public(file, key);
	if (!ok && file)
		fail(err, "%s.pub: no public key can be read there; name one "
		    "by --key FILE.pub", file);
	else if (!ok)
		fail(err, "there is no key to let in; name one by --key "
		    "FILE.pub");
	free(file);
	return ok;
}

static void
say_line(void *context, const char *line)
{
	(void)context;
	out_line("%s", line);
}

static bool
install(struct session *session, const struct gateway *gateway,
    const struct buf *script, struct err *err)
{
	struct host_keys keys;

	return pins_load(session->store, gateway, &keys, err) &&
	    pins_check(gateway, &keys, err) &&
	    setup_run(gateway, &keys, script, say_line, NULL, err);
}

bool
gateway_setup(struct session *session, int argc, char **argv, struct err *err)
{
	struct setup_options o = { .name = NULL };
	const struct gateway *gateway;
	struct policy *draft = NULL;
	struct buf script = { 0 };
	struct host_key key;
	bool ok = read_setup_options(session, argc, argv, &o, err) &&
	    find_gateway(session, o.name, &draft, &gateway, err) &&
	    (o.boot_only || find_public_key(o.key, &key, err));

	if (ok) {
		setup_add(&script, o.boot_only ? NULL : &key);
		if (!o.install)
			out_text(&script);
		else
			ok = install(session, gateway, &script, err);
	}
	if (ok && o.install && !o.boot_only)
		out_line("next: relayadm gateway set %s ssh.user=relayadm "
		    "ssh.become=none, then relayadm gateway test %s", o.name,
		    o.name);
	buf_free(&script);
	policy_free(draft);
	return ok;
}

/* --- test --------------------------------------------------------------- */

static void
say_listeners(const struct gateway_status *s)
{
	for (size_t i = 0; i < s->listener_count; i++)
		out_line("listener      %s %s", s->listeners[i].address,
		    s->listeners[i].answers ? "answers" : "does NOT answer");
	for (size_t i = 0; i < s->drift_count; i++)
		out_line("changed       by hand: %s", s->drift[i]);
}

static void
say_status(const struct gateway *g, const struct host_keys *keys,
    const struct gateway_status *s)
{
	char fingerprint[FINGERPRINT_SIZE];

	host_key_fingerprint(&keys->own, fingerprint);
	out_line("host key      ok, %s %s", keys->own.type, fingerprint);
	out_line("log in        ok, as %s by %s%s", g->user,
	    transport_words[g->transport],
	    g->jump ? ", through the jump host" : "");
	out_line("root          ok");
	out_line("mail server   %s, %s", s->version,
	    s->running ? "running" : "NOT running");
	if (s->managed)
		out_line("policy        revision %lld, generation %lld",
		    (long long)s->revision, (long long)s->generation);
	else
		out_line("policy        nothing was pushed to it yet");
	say_listeners(s);
}

bool
gateway_test(struct session *session, int argc, char **argv, struct err *err)
{
	struct gateway_status status = { 0 };
	const struct gateway *gateway;
	struct policy *draft = NULL;
	struct host_keys keys;
	bool ok;

	if (option_next(session, argc, argv, NULL, err) == '?')
		return false;
	if (optind + 2 != argc)
		return usage_error(err, "gateway", "one NAME is needed");
	ok = find_gateway(session, argv[optind + 1], &draft, &gateway, err) &&
	    pins_load(session->store, gateway, &keys, err) &&
	    pins_check(gateway, &keys, err) &&
	    status_ask(gateway, &keys, NULL, &status, err);
	if (ok)
		say_status(gateway, &keys, &status);
	status_clear(&status);
	policy_free(draft);
	return ok;
}
