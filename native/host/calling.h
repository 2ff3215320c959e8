// Which plugin a thread is working for. A server's services get no word of their caller, so that every call into a
// plugin says it here, and a service asks for the innermost.
#pragma once

namespace mortise {

// `Self` is the class of one server's calls, `Library` what it calls. Calls nest: what a plugin asks for may lead to
// further ones.
template <typename Self, typename Library> class CallingOf {
public:
  CallingOf(const CallingOf &) = delete;
  CallingOf &operator=(const CallingOf &) = delete;

  // The innermost; null on a thread of a plugin's own.
  static Self *current() { return static_cast<Self *>(innermost); }
  static Library *library() { return innermost ? &innermost->library_ : nullptr; }

protected:
  explicit CallingOf(Library &library) : library_(library), before_(innermost) { innermost = this; }
  ~CallingOf() { innermost = before_; }

private:
  static inline thread_local CallingOf *innermost = nullptr;

  Library &library_;
  CallingOf *before_;
};

} // namespace mortise
