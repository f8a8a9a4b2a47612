#include "config.h"

#include "adopting.h"
#include "policy/mem.h"
#include "store/document.h"
#include "tests/policy/unit.h"

void
adopting_add_file(struct fetched_files *files, const char *path,
    const char *text)
{
	files->items = mem_grow(files->items, files->count, &files->cap,
	    sizeof(*files->items));
	files->items[files->count] = (struct fetched){
		.path = mem_text(path) };
	buf_add(&files->items[files->count++].text, text);
}

static void
check_texts(const char *const *texts, size_t most, const char *in,
    const char *row)
{
	for (size_t i = 0; i < most && texts[i]; i++) {
		if (!strstr(in, texts[i]))
			print_message("%s: no <%s> in\n%s\n", row, texts[i],
			    in);
		check_row(strstr(in, texts[i]) != NULL, row);
	}
}

static bool
read_row(const struct adopting *row, adopt_reader reader,
    struct adoption *adoption, struct fetched_files *files, struct err *err)
{
	*files = (struct fetched_files){ 0 };
	for (size_t i = 0; i < MOST_FILES && row->files[i].path; i++)
		adopting_add_file(files, row->files[i].path,
		    row->files[i].text);
	return reader(adoption, files, "gw", err);
}

void
adopting_check(const struct adopting *rows, size_t count, adopt_reader reader)
{
	for (size_t i = 0; i < count; i++) {
		const struct adopting *r = &rows[i];
		struct fetched_files files;
		struct adoption adoption;
		struct buf text = { 0 };
		struct err err;

		check_row(read_row(r, reader, &adoption, &files, &err),
		    r->row);
		document_add(&text, adoption.policy);
		check_texts(r->wanted, 8, buf_text(&text), r->row);
		check_texts(r->notes, 5, buf_text(&adoption.notes), r->row);
		if (!r->notes[0] && adoption.notes.len)
			print_message("%s: %s\n", r->row,
			    buf_text(&adoption.notes));
		check_row(r->notes[0] || !adoption.notes.len, r->row);
		buf_free(&text);
		adoption_free(&adoption);
		fetched_free(&files);
	}
}

void
adopting_check_nothing(const struct adopting *rows, size_t count,
    adopt_reader reader)
{
	for (size_t i = 0; i < count; i++) {
		struct fetched_files files;
		struct adoption adoption;
		struct err err;

		check_row(!read_row(&rows[i], reader, &adoption, &files,
		              &err) && err.kind == ERR_NO, rows[i].row);
		adoption_free(&adoption);
		fetched_free(&files);
	}
}
