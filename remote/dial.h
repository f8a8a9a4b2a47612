/* TCP connections and deadlines. */
#ifndef REMOTE_DIAL_H
#define REMOTE_DIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "policy/err.h"

/* Milliseconds of CLOCK_MONOTONIC. */
int64_t clock_now(void);

/* Waits until the descriptor is ready for the poll(2) events or the deadline is
 * over; false then. */
bool dial_wait(int fd, short events, int64_t deadline);

/* A connected, non-blocking socket, or -1 (ERR_REACH).  Each address of the
 * host is tried.  The name look-up itself has the resolver's own time-outs. */
int dial(const char *host, uint16_t port, int64_t deadline, struct err *err);

#endif
