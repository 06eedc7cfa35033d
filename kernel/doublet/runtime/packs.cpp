#include "packs.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <string_view>
#include <vector>

#include <TInterpreter.h>

namespace doublet::detail {

namespace {

// Where the arguments of a template are in the text of a type, without < and >.
struct Arguments {
    std::size_t begin, end;
    std::vector<std::string_view> each;
};

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

// The first template at or behind a place; begins at npos if there is none, or what stands there is no type.
Arguments first_arguments(std::string_view type, std::size_t from) {
    Arguments found{type.find('<', from), 0, {}};
    if (found.begin == type.npos) return found;
    std::size_t start = ++found.begin, depth = 1;
    for (std::size_t at = start; at < type.size(); ++at) {
        const char c = type[at];
        if (c == '>' && type[at - 1] == '-') continue;
        depth += (c == '<' || c == '(' || c == '[') - (c == '>' || c == ')' || c == ']');
        if (depth == 0 || (depth == 1 && c == ',')) found.each.push_back(trimmed(type.substr(start, at - start))), start = at + 1;
        if (depth == 0) return found.end = at, found;
    }
    found.begin = type.npos;
    return found;
}

// The name of the template whose arguments begin at a place.
std::string_view name_before(std::string_view type, std::size_t begin) {
    const std::size_t end = begin - 1;
    std::size_t at = end;
    while (at > 0 && (std::isalnum(static_cast<unsigned char>(type[at - 1])) || type[at - 1] == '_' || type[at - 1] == ':')) --at;
    return type.substr(at, end - at);
}

// Whether it may have a pack: of the standard library's templates these have, and those are what cppyy knows without defaults.
bool may_have_pack(std::string_view name) { return name.substr(0, 5) != "std::" || name == "std::tuple" || name == "std::variant"; }

// Whether Cling may have written out defaults among the arguments of a template that may have a pack.
bool may_have_lost(std::string_view type) {
    for (Arguments all = first_arguments(type, 0); all.begin != type.npos; all = first_arguments(type, all.begin))
        if (may_have_pack(name_before(type, all.begin)) && type.substr(all.begin, all.end - all.begin).find('<') != type.npos) return true;
    return false;
}

// One type with what another one, which is the same, has more.
std::string merged(std::string_view found, std::string_view whole) {
    std::string all;
    std::size_t done = 0, there = 0;
    while (true) {
        const Arguments some = first_arguments(found, done), more = first_arguments(whole, there);
        if (some.begin == found.npos || more.begin == whole.npos || name_before(found, some.begin) != name_before(whole, more.begin)) break;
        all += found.substr(done, some.begin - done);
        const std::size_t count = may_have_pack(name_before(found, some.begin)) ? std::max(some.each.size(), more.each.size()) : some.each.size();
        for (std::size_t i = 0; i < count; ++i) {
            if (i) all += ',';
            all += i >= some.each.size() ? std::string(more.each[i]) : i >= more.each.size() ? std::string(some.each[i]) : merged(some.each[i], more.each[i]);
        }
        done = some.end, there = more.end;
    }
    return all + std::string(found.substr(done));
}

}  // namespace

std::string with_packs(const std::string& type, const std::string& found) {
    if (!may_have_lost(found)) return found;
    auto* info = gInterpreter->TypeInfo_Factory(type.c_str());
    const std::string whole = gInterpreter->TypeInfo_IsValid(info) ? gInterpreter->TypeInfo_TrueName(info) : "";
    gInterpreter->TypeInfo_Delete(info);
    return merged(found, whole);
}

}  // namespace doublet::detail
