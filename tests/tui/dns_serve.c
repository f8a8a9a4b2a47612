/* For scripts: starts the server of dns_server.h and says its process and port;
 * it ends by itself after two minutes. */
#include "config.h"

#include <stdio.h>

#include "dns_server.h"

int
main(void)
{
	unsigned port;
	pid_t pid = dns_server_start(&port);

	if (pid < 0)
		return 1;
	printf("%ld %u\n", (long)pid, port);
	return 0;
}
