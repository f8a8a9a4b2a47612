/* Log files as they lie about: plain, compressed, standard input. */
#ifndef TUI_LOG_FILE_H
#define TUI_LOG_FILE_H

#include "policy/err.h"
#include "remote/maillog.h"

/* Reads a file, "-" for standard input, to its end; gzip, bzip2, xz and zstd are
 * told by what it begins with. */
bool log_file_read(struct maillog *log, const char *name, struct err *err);

/* The oldest first, by when they were last written to: rotated logs go on in
 * one another. */
bool log_files_sort(char **names, size_t count, struct err *err);

#endif
