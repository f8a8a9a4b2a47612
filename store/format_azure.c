/* Azure's service tags: a tag is a service, or a service and a region. */
#include "config.h"

#include "format_list.h"
#include "provider.h"

static int
sniff(const struct source *source, struct buf *why)
{
	if (!source_is_json(source) ||
	    !source_has_key(source, "addressPrefixes"))
		return 0;
	buf_add(why, "JSON with addressPrefixes, as Azure publishes it");
	return 95;
}

static const char *const arrays[] = { "values", NULL };

static const struct part_key keys[] = {
	{ "name", PART_SERVICE, },
	{ "properties", PART_INNER, },
	{ "region", PART_REGION, },
	{ "addressPrefixes", PART_RANGES, },
	{ NULL, PART_RANGE, },
};

static const struct provider provider = {
	.word = "azure",
	.arrays = arrays,
	.keys = keys,
};

static bool
read(struct intake *intake, const struct source *source, struct err *err)
{
	return provider_read(intake, source, &provider, err);
}

const struct format format_azure = {
	.name = "azure",
	.title = "Azure service tags",
	.sniff = sniff,
	.read = read,
	.shared_cloud = true,
};
