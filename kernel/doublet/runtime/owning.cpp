// Found by Cling's reflection: a pointer in an object of the standard library is taken for one to what that owns, but for views and
// iterators; a pointer in any other object is not.
#include "owning.hpp"

#include <algorithm>
#include <deque>
#include <string>
#include <string_view>

#include <TInterpreter.h>

#include "alone.hpp"

namespace doublet::detail {

namespace {

constexpr int deepest = 12;              // of objects in objects
constexpr std::size_t most_words = 256;  // of one that has arrays of others

using Words = std::vector<std::size_t>;

bool is_standard(std::string_view type) { return type.rfind("std::", 0) == 0 || type.rfind("__gnu_cxx::", 0) == 0; }

// Whether objects of a class refer to what is not theirs; what a std::function has is told by no pointer.
bool is_view(std::string_view type) {
    const std::string_view name = type.substr(0, type.find('<'));
    for (const char* kind : {"iterator", "::span", "string_view", "reference_wrapper", "initializer_list", "weak_ptr", "std::function"})
        if (name.find(kind) != name.npos) return true;
    return false;
}

std::size_t size_of(const std::string& type) {
    auto* info = gInterpreter->ClassInfo_Factory(type.c_str());
    const std::size_t size = gInterpreter->ClassInfo_IsValid(info) ? gInterpreter->ClassInfo_Size(info) : 0;
    gInterpreter->ClassInfo_Delete(info);
    return size;
}

// How many objects a member has; of an array without a size, none are known.
long count_of(CppyyLegacy::DataMemberInfo_t* member) {
    long count = 1;
    for (int rank = 0; rank < gInterpreter->DataMemberInfo_ArrayDim(member) && count > 0; ++rank) {
        const long size = gInterpreter->DataMemberInfo_MaxIndex(member, rank);
        count = size > 0 && size < 1'000'000 ? std::min(count * size, 1'000'000L) : 0;
    }
    return count;
}

struct Layout {
    Words words;
    bool may_be_emptied = false;  // parts of it may be destroyed while it is there
};

// The first is that of objects that own nothing. References to them stay as they are, for nothing is taken out.
std::deque<Layout>& layouts() {
    static auto* all = new std::deque<Layout>(1);
    return *all;
}

void add(Layout& layout, const std::string& type, std::size_t at, int deep);

// What a member that is an object adds, or an array of such.
void add_member(Layout& layout, CppyyLegacy::DataMemberInfo_t* member, const std::string& type, std::size_t at, int deep) {
    const long count = count_of(member);
    const std::size_t size = count > 1 ? size_of(type) : 0;
    Layout inside;
    add(inside, type, 0, deep - 1);
    layout.may_be_emptied |= inside.may_be_emptied;
    for (long number = 0; number < count && !inside.words.empty() && layout.words.size() < most_words; ++number)
        for (std::size_t word : inside.words) layout.words.push_back(at + number * size + word);
}

void add(Layout& layout, const std::string& type, std::size_t at, int deep) {
    if (deep == 0 || is_view(type)) return;
    layout.may_be_emptied |= type.rfind("std::optional<", 0) == 0 || type.rfind("std::variant<", 0) == 0;
    auto* info = gInterpreter->ClassInfo_Factory(type.c_str());
    if (gInterpreter->ClassInfo_IsValid(info)) {
        auto* base = gInterpreter->BaseClassInfo_Factory(info);
        while (gInterpreter->BaseClassInfo_Next(base))
            if (!(gInterpreter->BaseClassInfo_Property(base) & CppyyLegacy::kIsVirtualBase))
                add(layout, gInterpreter->BaseClassInfo_FullName(base), at + gInterpreter->BaseClassInfo_Offset(base), deep - 1);
        gInterpreter->BaseClassInfo_Delete(base);
        auto* member = gInterpreter->DataMemberInfo_Factory(info);
        while (gInterpreter->DataMemberInfo_Next(member) && layout.words.size() < most_words) {
            if (gInterpreter->DataMemberInfo_Property(member) & CppyyLegacy::kIsStatic) continue;
            const std::size_t place = at + gInterpreter->DataMemberInfo_Offset(member);
            const std::string kind = gInterpreter->DataMemberInfo_TypeTrueName(member);
            if (kind.find('*') != kind.npos) {
                if (is_standard(type) && kind.find('(') == kind.npos) layout.words.push_back(place);
            } else if (kind.find('&') == kind.npos && gInterpreter->DataMemberInfo_TypeProperty(member) & (CppyyLegacy::kIsClass | CppyyLegacy::kIsStruct)) {
                add_member(layout, member, kind.rfind("const ", 0) == 0 ? kind.substr(6) : kind, place, deep);
            }
        }
        gInterpreter->DataMemberInfo_Delete(member);
    }
    gInterpreter->ClassInfo_Delete(info);
}

}  // namespace

const Words& owning_words(std::size_t layout) { return layouts()[layout].words; }

}  // namespace doublet::detail

// The number of the layout of a class; 0 of one whose objects own nothing.
extern "C" std::size_t doublet_owning_layout(const char* type) {
    using namespace doublet::detail;
    wait_for_compiler();
    Layout found;
    add(found, type, 0, deepest);
    if (found.words.empty()) return 0;
    layouts().push_back(found);
    return layouts().size() - 1;
}

// Whether objects with a layout may destroy what is in them, as an optional does, without being destroyed themselves.
extern "C" bool doublet_may_be_emptied(std::size_t layout) { return doublet::detail::layouts()[layout].may_be_emptied; }
