#include "config.h"

#include "number.h"

bool
number_parse(uint32_t *number, const char *text, size_t len, uint32_t max)
{
	uint64_t value = 0;

	if (!len || len > 10 || (len > 1 && text[0] == '0'))
		return false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		value = value * 10 + (uint64_t)(text[i] - '0');
	}
	if (value > max)
		return false;
	*number = (uint32_t)value;
	return true;
}
