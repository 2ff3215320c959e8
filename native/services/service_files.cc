// mortise.files
#include "services/built_in.h"
#include "host/plugin.h"

namespace mortise {
namespace {

// MORTISE_OK, or the message for the plugin; paths that would lead out are reported to the operator too.
int32_t answer(Plugin *plugin, const FileFault &fault, const char *function, mortise_error *error) {
  if (fault.message.empty()) return MORTISE_OK;
  if (fault.escape) {
    plugin->report(
        Problem("MORTISE_ERR_FILES_OUTSIDE", fault.message)
            .in(function)
            .expects("a path inside a directory that the host has given a name")
            .got(fault.message.substr(0, 200))
            .fix(
                "Find out why the plugin asks for it: a link that lies in the directory, or where it has the "
                "path from."));
  }
  return mortise_fail(error, "%s", fault.message.c_str());
}

int64_t read(const mortise_host *host, mortise_text path, uint64_t offset, void *buffer, uint64_t capacity,
             mortise_error *error) {
  Plugin *plugin = Plugin::of(host);
  FileFault fault;
  const int64_t count = plugin->owner.files.read(string_of(path), offset, buffer, capacity, fault);
  return answer(plugin, fault, "mortise.files.read", error) == MORTISE_OK ? count : -1;
}

int32_t write(const mortise_host *host, mortise_text path, const void *bytes, uint64_t size, int32_t mode,
              mortise_error *error) {
  Plugin *plugin = Plugin::of(host);
  FileFault fault;
  plugin->owner.files.write(string_of(path), bytes, size, mode, fault);
  return answer(plugin, fault, "mortise.files.write", error);
}

int32_t list(const mortise_host *host, mortise_text path, mortise_files_visit visit, void *context,
             mortise_error *error) {
  Plugin *plugin = Plugin::of(host);
  FileFault fault;
  if (!visit) return mortise_fail(error, "mortise.files.list: there is no function to visit with");
  const auto entries = plugin->owner.files.list(string_of(path), fault);
  const int32_t failed = answer(plugin, fault, "mortise.files.list", error);
  if (failed != MORTISE_OK) return failed;
  for (const auto &entry : entries) {
    const mortise_file file = {sizeof(mortise_file), entry.kind, text_of(entry.name), entry.bytes,
                               entry.modified};
    const int32_t status = visit(context, &file);
    if (status != MORTISE_OK) return status;
  }
  return MORTISE_OK;
}

int32_t remove(const mortise_host *host, mortise_text path, mortise_error *error) {
  Plugin *plugin = Plugin::of(host);
  FileFault fault;
  plugin->owner.files.remove(string_of(path), fault);
  return answer(plugin, fault, "mortise.files.remove", error);
}

} // namespace

const mortise_files_v1 files_table = {sizeof(mortise_files_v1), 0, read, write, list, remove};

} // namespace mortise
