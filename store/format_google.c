/* Google's goog.json (ranges alone) and cloud.json (with service and scope). */
#include "config.h"

#include "format_list.h"
#include "provider.h"

static int
sniff(const struct source *source, struct buf *why)
{
	if (!source_is_json(source) || (!source_has_key(source, "ipv4Prefix") &&
	    !source_has_key(source, "ipv6Prefix")))
		return 0;
	buf_add(why, "JSON with ipv4Prefix, as Google publishes it");
	return 95;
}

static const char *const arrays[] = { "prefixes", NULL };

static const struct part_key keys[] = {
	{ "ipv4Prefix", PART_RANGE, },
	{ "ipv6Prefix", PART_RANGE, },
	{ "service", PART_SERVICE, },
	{ "scope", PART_REGION, },
	{ NULL, PART_RANGE, },
};

static const struct provider provider = {
	.word = "google",
	.arrays = arrays,
	.keys = keys,
};

static bool
read(struct intake *intake, const struct source *source, struct err *err)
{
	return provider_read(intake, source, &provider, err);
}

const struct format format_google = {
	.name = "google",
	.title = "Google's goog.json or cloud.json",
	.sniff = sniff,
	.read = read,
	.shared_cloud = true,
};
