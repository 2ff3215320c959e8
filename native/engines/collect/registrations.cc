#include "engines/collect/registrations.h"

namespace mortise::collect {

Problem name_taken(const char *kind, const std::string &name, const Owner *by) {
  const std::string who = by ? by->name : "the host";
  return Problem("MORTISE_ERR_COLLECT_NAME_TAKEN",
                 std::string("there is a ") + kind + " '" + name + "' already")
      .in(name)
      .expects(std::string("a name that no other ") + kind + " has")
      .got("registered by " + who)
      .fix("Register it under another name, or remove the other first.");
}

} // namespace mortise::collect
