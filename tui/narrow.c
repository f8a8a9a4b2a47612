#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "narrow.h"
#include "policy/mem.h"

static bool
holds(const char *const *names, size_t count, const char *name)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

static bool
is_carried(const struct policy *policy, const char *server)
{
	size_t i;

	for (i = 0; i < policy->gateway_count; i++) {
		const struct gateway *gateway = policy->gateways[i];

		if (holds((const char *const *)gateway->servers,
		        gateway->server_count, server))
			return true;
	}
	return false;
}

void
narrow_make(struct narrow *narrow, const struct policy *policy,
    const char *const *gateways, size_t count)
{
	struct policy *to = &narrow->policy;
	size_t i;

	*to = *policy;
	to->gateways = mem_new(policy->gateway_count + 1,
	    sizeof(*to->gateways));
	to->servers = mem_new(policy->server_count + 1, sizeof(*to->servers));
	to->gateway_count = to->server_count = 0;
	for (i = 0; i < policy->gateway_count; i++)
		if (holds(gateways, count, policy->gateways[i]->name))
			to->gateways[to->gateway_count++] =
			    policy->gateways[i];
	for (i = 0; i < policy->server_count; i++)
		if (is_carried(to, policy->servers[i]->name))
			to->servers[to->server_count++] = policy->servers[i];
}

void
narrow_free(struct narrow *narrow)
{
	free(narrow->policy.gateways);
	free(narrow->policy.servers);
}
