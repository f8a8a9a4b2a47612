/* A DNS server on loopback that answers as the first label of a name says, well
 * and badly. */
#ifndef TESTS_TUI_DNS_SERVER_H
#define TESTS_TUI_DNS_SERVER_H

#include <stdbool.h>
#include <sys/types.h>

/* Answers in a process of its own, which the caller ends, on this port of
 * 127.0.0.1; -1: it could not be started. */
pid_t dns_server_start(unsigned *port);

#endif
