// The fields of a struct and the names of an enum: Cling's reflection names them, and a function compiled for the
// type when its first value is shown reads them.
#include "doublet/reflect.hpp"

#include <map>
#include <utility>
#include <vector>

#include <TInterpreter.h>

#include "display.hpp"

namespace doublet::detail {
namespace {

struct Known {
    std::map<std::string, std::string> names;  // of types that no name of their own reaches, by the mangled one
    std::map<std::string, Fields> fields;  // by the type's mangled name
    std::map<std::pair<std::string, long long>, std::string> enumerators;
    Fields found = nullptr;  // what has just been compiled
    std::string name;        // the enumerator that has just been found
};

// Always kept: values may be shown while the process ends.
Known& known() {
    static auto* all = new Known;
    return *all;
}

constexpr std::size_t most_enumerators = 10'000;

std::string numbered(const char* name) {
    static int count = 0;
    return name + std::to_string(++count);
}

// Gives the type of an expression, or of what it holds, a name.
std::string alias(const std::string& type) {
    const std::string own = numbered("doublet_type_");
    return "using " + own + " = ::doublet::detail::inmost_t<std::remove_reference_t<" + type + ">>;\n"
           "int " + own + "_ = (::doublet::detail::name_type(typeid(" + own + "), \"" + own + "\"), 0);\n";
}

// Where code reaches a type, empty if that is nowhere.
std::string reached_as(const std::type_info& type) {
    const auto at = known().names.find(type.name());
    if (at != known().names.end()) return at->second;
    const std::string name = full_name(type);
    return is_made_up(name) || name.find('(') != name.npos ? "" : name;
}

// Writes the public fields of a class, those of its bases first, as the body of a function.
// `aliases` gets names for the types of those whose own have none.
int add_members(std::string& code, std::string& aliases, const std::string& type, const std::string& object) {
    auto* info = gInterpreter->ClassInfo_Factory(type.c_str());
    if (!gInterpreter->ClassInfo_IsValid(info)) return 0;
    int count = 0;
    auto* base = gInterpreter->BaseClassInfo_Factory(info);
    while (gInterpreter->BaseClassInfo_Next(base)) {
        if (!(gInterpreter->BaseClassInfo_Property(base) & CppyyLegacy::kIsPublic)) continue;
        const std::string name = gInterpreter->BaseClassInfo_FullName(base);
        count += add_members(code, aliases, name, "static_cast<const " + name + "&>(" + object + ")");
    }
    gInterpreter->BaseClassInfo_Delete(base);
    struct Member {
        std::string name;
        long offset;
    };
    std::vector<Member> members;
    auto* member = gInterpreter->DataMemberInfo_Factory(info);
    while (gInterpreter->DataMemberInfo_Next(member)) {
        const auto property = gInterpreter->DataMemberInfo_Property(member);
        const std::string name = gInterpreter->DataMemberInfo_Name(member);
        if (name.empty() || !(property & CppyyLegacy::kIsPublic) || property & CppyyLegacy::kIsStatic) continue;
        members.push_back({name, gInterpreter->DataMemberInfo_Offset(member)});
        if (std::string_view(gInterpreter->DataMemberInfo_TypeName(member)).find("(unnamed") != std::string_view::npos)
            aliases += alias("decltype(std::declval<const " + type + "&>()." + name + ")");
    }
    gInterpreter->DataMemberInfo_Delete(member);
    gInterpreter->ClassInfo_Delete(info);
    for (const auto& one : members) {
        int here = 0;
        for (const auto& other : members) here += other.offset == one.offset;
        const std::string field = object + "." + one.name;
        // What shares its place with others may be the member of a union that is not the active one.
        if (here > 1) code += "if constexpr (std::is_arithmetic_v<decltype(" + field + ")> || std::is_enum_v<decltype(" + field + ")>) ";
        code += "::doublet::detail::field<Tag>(text, first, \"" + one.name + "\", " + field + ");\n";
        ++count;
    }
    return count;
}

}  // namespace

void name_type(const std::type_info& type, const char* name) { known().names[type.name()] = name; }
void found_fields(Fields fields) { known().found = fields; }
void found_enumerator(std::string_view name) { known().name = name; }

void forget_fields() {
    Guard guard;
    known().fields.clear();
}

Fields fields_of(const std::type_info& type) {
    {
        Guard guard;
        const auto at = known().fields.find(type.name());
        if (at != known().fields.end()) return at->second;
    }
    const std::string name = can_compile() ? reached_as(type) : "";
    if (name.empty()) return nullptr;
    std::string body, aliases;
    known().found = nullptr;
    if (add_members(body, aliases, name, "value") > 0) {
        const std::string own = numbered("doublet_fields_");
        compile(aliases + "void " + own + "(::doublet::detail::Text& text, const void* at) {\n"
                "struct Tag {};\nbool first = true;\nconst auto& value = *static_cast<const " + name + "*>(at);\n" +
                body + "}\nint " + own + "_ = (::doublet::detail::found_fields(" + own + "), 0);");
    }
    Guard guard;
    return known().fields[type.name()] = known().found;
}

std::string enumerator_of(const std::type_info& type, long long value) {
    const std::pair<std::string, long long> key{type.name(), value};
    {
        Guard guard;
        const auto at = known().enumerators.find(key);
        if (at != known().enumerators.end()) return at->second;
    }
    const std::string number = std::to_string(value);
    if (!can_compile()) return short_name(type) + "(" + number + ")";
    known().name.clear();
    const std::string name = reached_as(type);
    if (!name.empty() && known().enumerators.size() < most_enumerators)
        compile("int " + numbered("doublet_enum_") + " = ::doublet::detail::name_enumerator<" + name +
                ", static_cast<" + name + ">(" + number + ")>();");
    const std::string own = clean_type(known().name.substr(known().name.rfind(':') + 1));  // rfind gives npos if there is none
    const std::string shown = short_name(type);
    const std::string text = own.empty() ? shown + "(" + number + ")" : (shown == std::string_view(unnamed) ? "" : shown + "::") + own;
    Guard guard;
    return known().enumerators[key] = text;
}

}  // namespace doublet::detail
