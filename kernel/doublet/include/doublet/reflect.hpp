// The fields of a struct and the names of an enum, which C++20 cannot tell: runtime/reflect.cpp finds them out.
#ifndef DOUBLET_REFLECT_HPP
#define DOUBLET_REFLECT_HPP

#include <string>
#include <string_view>
#include <typeinfo>

#include "doublet/describe.hpp"

namespace doublet::detail {

// Says under which name a type can be reached that has none, or has one inside a function only.
void name_type(const std::type_info& type, const char* name);

// What is compiled to find them out calls these.
void found_fields(Fields fields);
void found_enumerator(std::string_view name);

// Clang writes a value of an enum as its name, if it has one.
template <class Enum, Enum value>
int name_enumerator() {
    const std::string_view text = __PRETTY_FUNCTION__;
    const std::string_view name = text.substr(text.rfind("value = ") + 8);
    if (name[0] != '(') found_enumerator(name.substr(0, name.find_first_of(";]")));
    return 0;
}

}  // namespace doublet::detail

#endif
