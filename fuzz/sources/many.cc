// C++: vague linkage, unique symbols, virtual tables, exceptions.
#include <map>
#include <stdexcept>
#include <string>

struct Base {
  virtual ~Base() = default;
  virtual int value() const = 0;
};

template <int N> struct Derived : Base {
  static int made;
  int value() const override { return made += N; }
};
template <int N> int Derived<N>::made = N;

inline std::map<std::string, int> &known() {
  static std::map<std::string, int> all{{"a", 1}};
  return all;
}

int call(int which) {
  if (which > 2) throw std::out_of_range("which");
  known()["b"] = which;
  Derived<1> one;
  Derived<2> two;
  const Base *all[] = {&one, &two};
  return all[which % 2]->value() + known().at("a");
}
