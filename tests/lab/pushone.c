/* Pushes a policy document to one of its gateways, without the database:
 *     pushone POLICY GATEWAY GENERATION [option...]
 * Options: trust=FILE, jumptrust=FILE (public keys of the host and of its jump
 * host, OpenSSH form), confirm=N, force,
 * restart, status, preview, rev=N, expected=DIGEST, kill=STEP or stop=STEP
 * (sends itself SIGKILL or SIGSTOP when that step begins), key=FILE,
 * passphrase=TEXT.  Tests of the push itself use it. */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/mem.h"
#include "remote/push.h"
#include "remote/keyring.h"
#include "remote/ssh_key.h"
#include "tests/lab/plain.h"

struct options {
	const char *trust, *jump_trust, *stop, *kill, *expected;
	struct ssh_key key;
	unsigned confirm;
	bool force, restart, status, preview;
	long long revision;
};

static void
print_step(void *context, const struct push_step *step)
{
	const struct options *o = context;

	printf("step %d/%d %s %s\n", step->number, PUSH_STEPS, step->word,
	    step->text);
	fflush(stdout);
	if (o->kill && !strcmp(o->kill, step->word))
		raise(SIGKILL);
	if (o->stop && !strcmp(o->stop, step->word))
		raise(SIGSTOP);
}

/* trust= names FILE.pub. */
static void
read_pin(const char *path, struct host_key *pin)
{
	char *file = mem_text(path ? path : "");
	size_t len = strlen(file);

	memset(pin, 0, sizeof(*pin));
	if (len > 4 && !strcmp(file + len - 4, ".pub"))
		file[len - 4] = '\0';
	if (!key_file_public(file, pin))
		memset(pin, 0, sizeof(*pin));
	free(file);
}

static bool
parse_option(struct options *o, const char *text)
{
	if (!strncmp(text, "trust=", 6))
		o->trust = text + 6;
	else if (!strncmp(text, "jumptrust=", 10))
		o->jump_trust = text + 10;
	else if (!strncmp(text, "stop=", 5))
		o->stop = text + 5;
	else if (!strncmp(text, "kill=", 5))
		o->kill = text + 5;
	else if (!strncmp(text, "key=", 4))
		o->key.file = text + 4;
	else if (!strncmp(text, "passphrase=", 11) && o->key.file)
		keyring_put(o->key.file, text + 11);
	else if (!strncmp(text, "expected=", 9))
		o->expected = text + 9;
	else if (!strncmp(text, "confirm=", 8))
		o->confirm = (unsigned)strtoul(text + 8, NULL, 10);
	else if (!strncmp(text, "rev=", 4))
		o->revision = strtoll(text + 4, NULL, 10);
	else if (!strcmp(text, "force"))
		o->force = true;
	else if (!strcmp(text, "restart"))
		o->restart = true;
	else if (!strcmp(text, "status"))
		o->status = true;
	else if (!strcmp(text, "preview"))
		o->preview = true;
	else
		return false;
	return true;
}

static int
print_status(const struct gateway *gateway, const struct host_keys *pins)
{
	struct gateway_status status;
	struct err err;

	if (!status_ask(gateway, pins, NULL, &status, &err)) {
		printf("error %d %s\n", err.kind, err.text);
		return (int)err.kind;
	}
	printf("managed %d\ngeneration %lld\nrevision %lld\ndigest %s\n"
	    "pending %s\nversion %s\nrunning %d\n", status.managed,
	    (long long)status.generation, (long long)status.revision,
	    status.digest, status.pending, status.version, status.running);
	for (size_t i = 0; i < status.drift_count; i++)
		printf("drift %s\n", status.drift[i]);
	for (size_t i = 0; i < status.listener_count; i++)
		printf("listener %s %d\n", status.listeners[i].address,
		    status.listeners[i].answers);
	status_clear(&status);
	return 0;
}

static int
print_preview(const struct push *push)
{
	struct buf text = { 0 };
	struct err err;

	if (!push_preview(push, &text, &err)) {
		printf("error %d %s\n", err.kind, err.text);
		return (int)err.kind;
	}
	fputs(buf_text(&text), stdout);
	buf_free(&text);
	return 0;
}

static int
run(const struct site *site, long long generation, struct options *o)
{
	struct rendering rendering = { 0 };
	struct push_result result;
	struct host_keys pins = { 0 };
	struct push push = { .site = *site, .rendering = &rendering,
		.pins = &pins, .key = &o->key, .generation = generation,
		.revision = o->revision ? o->revision : generation,
		.author = "pushone", .expected = o->expected,
		.confirm_seconds = o->confirm, .force = o->force,
		.restart = o->restart, .step = print_step, .context = o };
	struct err err;
	int rc = 0;

	read_pin(o->trust, &pins.own);
	read_pin(o->jump_trust, &pins.jump);
	if (o->status)
		return print_status(site->gateway, &pins);
	if (!site_render(site, &rendering, &err)) {
		printf("error %d %s\n", err.kind, err.text);
		return (int)err.kind;
	}
	printf("digest %s\n", rendering.digest);
	if (o->preview) {
		rc = print_preview(&push);
	} else {
		if (!push_gateway(&push, &result, &err))
			rc = (int)err.kind;
		printf("%s %s\n", push_words[result.state], result.text);
	}
	rendering_free(&rendering);
	return rc;
}

int
main(int argc, char **argv)
{
	struct options o = { 0 };
	struct site site = { 0 };
	struct policy *policy;
	int rc = 2;

	for (int i = 4; i < argc; i++)
		if (!parse_option(&o, argv[i]))
			return 2;
	policy = argc >= 4 ? plain_read(argv[1]) : NULL;
	if (!policy)
		return 2;
	site.policy = policy;
	site.compiled = relay_compile(policy);
	site.gateway = policy_gateway(policy, argv[2]);
	if (site.gateway)
		rc = run(&site, strtoll(argv[3], NULL, 10), &o);
	relay_free((struct compiled *)(uintptr_t)site.compiled);
	policy_free(policy);
	return rc;
}
