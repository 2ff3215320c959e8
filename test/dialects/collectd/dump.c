/* A plugin for the real daemon: writes each of its blocks as a line of JSON into the file that DUMP names. */
#include <liboconfig/oconfig.h>

#include <stdio.h>
#include <stdlib.h>

int plugin_register_complex_config(const char *name, int (*config)(oconfig_item_t *));

static void write_text(FILE *file, const char *text) {
  fputc('"', file);
  for (; *text; text++) {
    const unsigned char byte = (unsigned char)*text;
    if (byte < 32 || byte == '"' || byte == '\\')
      fprintf(file, "\\u%04x", byte);
    else
      fputc(byte, file);
  }
  fputc('"', file);
}

static void write_item(FILE *file, const oconfig_item_t *item) {
  fputs("{\"key\":", file);
  write_text(file, item->key);
  fputs(",\"values\":[", file);
  for (int i = 0; i < item->values_num; i++) {
    const oconfig_value_t *value = &item->values[i];
    if (i > 0) fputc(',', file);
    if (value->type == OCONFIG_TYPE_STRING)
      write_text(file, value->value.string);
    else if (value->type == OCONFIG_TYPE_NUMBER)
      fprintf(file, "%.17g", value->value.number);
    else
      fputs(value->value.boolean ? "true" : "false", file);
  }
  fputs("],\"children\":[", file);
  for (int i = 0; i < item->children_num; i++) {
    if (i > 0) fputc(',', file);
    write_item(file, &item->children[i]);
  }
  fputs("]}", file);
}

static int config(oconfig_item_t *item) {
  FILE *file = fopen(getenv("DUMP"), "a");
  if (!file) return -1;
  write_item(file, item);
  fputc('\n', file);
  return fclose(file);
}

void module_register(void) {
  plugin_register_complex_config("dump", config);
}
