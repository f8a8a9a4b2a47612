/* Amazon's ip-ranges.json.  What is in EC2 or S3 is in AMAZON, too. */
#include "config.h"

#include "format_list.h"
#include "provider.h"

static int
sniff(const struct source *source, struct buf *why)
{
	if (!source_is_json(source) || (!source_has_key(source, "ip_prefix") &&
	    !source_has_key(source, "ipv6_prefix")))
		return 0;
	buf_add(why, "JSON with ip_prefix, as Amazon publishes it");
	return 95;
}

static const char *const arrays[] = { "prefixes", "ipv6_prefixes", NULL };

static const struct part_key keys[] = {
	{ "ip_prefix", PART_RANGE, },
	{ "ipv6_prefix", PART_RANGE, },
	{ "service", PART_SERVICE, },
	{ "region", PART_REGION, },
	{ NULL, PART_RANGE, },
};

static const struct provider provider = {
	.word = "aws",
	.arrays = arrays,
	.keys = keys,
};

static bool
read(struct intake *intake, const struct source *source, struct err *err)
{
	return provider_read(intake, source, &provider, err);
}

const struct format format_aws = {
	.name = "aws",
	.title = "Amazon's ip-ranges.json",
	.sniff = sniff,
	.read = read,
	.shared_cloud = true,
};
