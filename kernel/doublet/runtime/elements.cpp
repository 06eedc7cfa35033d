// Parts of the standard library's objects that C++ destroys without freeing their memory: what a vector or deque has behind
// its end, or before its beginning, and what an optional or variant held before.
//
// That shows in the whole, whenever C++ has run: its loops do not do anything for it. The layouts are libstdc++'s. Of an object that
// nobody knows to be a part of anything, it shows in what it owns, see owned.hpp.
#include "elements.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "forking.hpp"
#include "guard.hpp"
#include "owned.hpp"
#include "views.hpp"

namespace doublet::detail {

std::atomic<bool> has_elements = false;

namespace {

using Address = std::uintptr_t;

// As in engine/wholes.py.
enum class Kind : int { vector = 1, deque = 2, optional = 3, variant = 4, object = 5 };

struct Part {
    Address at;
    const void* view;
    bool operator<(const Part& other) const { return at != other.at ? at < other.at : view < other.view; }
};

struct Whole {
    std::size_t state = 0;            // where an optional or variant says what it holds, or the layout of what an object owns
    unsigned char held = 0;           // and what a variant said when somebody began to look
    std::map<Part, std::size_t> parts;  // with the sizes of those that are arrays, 0 of others
    Address end = 0;                    // behind all parts that there have been
};

using Key = std::pair<Address, Kind>;

struct Elements {
    std::map<Key, Whole> wholes;
    std::unordered_map<long, bool> is_harmless;  // of methods
};

// Always kept: Python's objects go while the process ends.
Elements& all() {
    static auto* elements = new Elements;
    return *elements;
}
ForkingMutex lock;

// With more of them than this, functions that promise to change nothing are taken at their word.
constexpr std::size_t few = 64;

using Range = std::pair<Address, Address>;

// What is destroyed in a whole, as ranges of addresses, of which the second may be empty.
struct Destroyed {
    Range ranges[2] = {};
};

Destroyed destroyed_in(const Key& key, const Whole& whole) {
    const auto* words = reinterpret_cast<const Address*>(key.first);
    Destroyed found;
    if (key.second == Kind::vector) {
        const Address begin = words[0], end = words[1], end_of_memory = words[2];
        if (begin <= end && end <= end_of_memory) found.ranges[0] = {end, end_of_memory};
    } else if (key.second == Kind::deque) {  // its map, the size of that, then begin and end as current, first, last, node
        const Address begin = words[2], first = words[3], end = words[6], last = words[8];
        if (first <= begin) found.ranges[1] = {first, begin};
        if (end <= last) found.ranges[0] = {end, last};
    } else if (key.second == Kind::object) {
        if (is_destroyed(key.first)) found.ranges[0] = {0, ~Address()};  // wherever its parts are
    } else {
        const unsigned char held = *reinterpret_cast<const unsigned char*>(key.first + whole.state);
        if (key.second == Kind::optional ? held == 0 : held != whole.held) found.ranges[0] = {key.first, key.first + whole.state};
    }
    return found;
}

// Whether there may be parts in what is destroyed, which is a question for most and has to be quick.
bool is_suspect(const Key& key, const Whole& whole) {
    if (key.second == Kind::object) return look_at_owned(key.first);
    const auto found = destroyed_in(key, whole);
    return (found.ranges[0].first < found.ranges[0].second && whole.end > found.ranges[0].first) || found.ranges[1].first < found.ranges[1].second;
}

void forget(const Key& key) {
    unpin(key.first, static_cast<int>(key.second));
    if (key.second == Kind::object) forget_owned(key.first);
    all().wholes.erase(key);
    has_elements = !all().wholes.empty();
}

// Takes the parts that are in a range, and those of wholes that are themselves in it.
void take(Range range, std::vector<Part>& into) {
    auto& wholes = all().wholes;
    std::vector<Key> inside;
    for (auto whole = wholes.lower_bound({range.first, Kind{}}); whole != wholes.end() && whole->first.first < range.second; ++whole)
        inside.push_back(whole->first);
    for (const auto& key : inside) {
        const auto whole = wholes.find(key);
        for (const auto& [part, size] : whole->second.parts) into.push_back(part);
        whole->second.parts.clear();
        forget(key);
    }
}

void take_destroyed(const Key& key, std::vector<Part>& into) {
    auto& whole = all().wholes[key];
    auto& parts = whole.parts;
    const auto found = destroyed_in(key, whole);
    const auto before = into.size();
    for (const auto& [begin, end] : found.ranges)
        for (auto part = parts.lower_bound({begin, nullptr}); part != parts.end() && part->first.at < end; part = parts.erase(part)) into.push_back(part->first);
    if (key.second == Kind::vector) {  // an array of all elements begins with the first one
        const Address first = *reinterpret_cast<const Address*>(key.first);
        for (auto part = parts.lower_bound({first, nullptr}); part != parts.end() && part->first.at == first;) {
            const bool is_cut = first + part->second > found.ranges[0].first;
            if (is_cut) into.push_back(part->first);
            part = is_cut ? parts.erase(part) : std::next(part);
        }
    }
    if (key.second == Kind::variant) whole.held = *reinterpret_cast<const unsigned char*>(key.first + whole.state);
    if (into.size() > before) {
        whole.end = 0;
        for (const auto& [part, size] : parts) whole.end = std::max(whole.end, part.at + std::max<std::size_t>(size, 1));
    }
    const bool is_left = parts.empty();
    if (key.second == Kind::vector || key.second == Kind::deque)
        for (const auto& range : found.ranges) take(range, into);
    if (is_left) forget(key);
}

std::vector<Part> destroyed() {
    auto& wholes = all().wholes;
    std::vector<Key> suspects;
    auto at = wholes.begin();
    while (!guarded([&] {
        for (; at != wholes.end(); ++at)
            if (is_suspect(at->first, at->second)) suspects.push_back(at->first);
    })) {
        const Key gone = (at++)->first;  // nothing is there any more
        forget(gone);
    }
    std::vector<Part> found;
    for (const auto& key : suspects)
        if (wholes.count(key)) take_destroyed(key, found);
    return found;
}

// Functions of the standard library that destroy nothing.
const std::set<std::string> harmless = {"operator[]", "at",    "front",  "back",      "top",   "data",       "size",        "empty",      "begin",     "end",
                                        "rbegin",     "rend",  "cbegin", "cend",      "count", "find",       "value",       "has_value",  "index",     "get",
                                        "operator*",  "operator->", "operator++", "operator==", "operator!=", "capacity", "length", "max_size"};

bool is_harmless(long method) {
    static auto* name = reinterpret_cast<std::string (*)(long)>(dlsym(RTLD_DEFAULT, "_ZN5Cppyy13GetMethodNameB5cxx11El"));
    static auto* is_const = reinterpret_cast<bool (*)(long)>(dlsym(RTLD_DEFAULT, "_ZN5Cppyy13IsConstMethodEl"));
    if (!name || !is_const) return false;
    const bool is_many = all().wholes.size() > few;
    const long key = is_many ? -method : method;
    const auto known = all().is_harmless.find(key);
    if (known != all().is_harmless.end()) return known->second;
    return all().is_harmless[key] = harmless.count(name(method)) || (is_many && is_const(method));
}

}  // namespace

void look_for_destroyed(long method) {
    std::vector<Part> found;
    {
        const std::lock_guard guard(lock);
        if (method && is_harmless(method)) return;
        found = destroyed();
    }
    for (const auto& part : found) note_left(part.at, part.view);
    if (!found.empty()) tell_of_left();
}

bool add_element(std::uintptr_t at, const void* view, std::size_t size, std::uintptr_t whole, int kind, std::size_t state) {
    const std::lock_guard guard(lock);
    const Key key{whole, static_cast<Kind>(kind)};
    auto [found, is_new] = all().wholes.try_emplace(key);
    if (is_new) {
        found->second.state = state;
        if (key.second == Kind::variant) found->second.held = *reinterpret_cast<const unsigned char*>(whole + state);
        if (key.second == Kind::object) watch_owned(whole, state);
        pin(whole, kind);
        has_elements = true;
    }
    found->second.parts.emplace(Part{at, view}, size);
    found->second.end = std::max(found->second.end, at + std::max<std::size_t>(size, 1));
    for (const auto& [begin, end] : destroyed_in(key, found->second).ranges)
        if (at >= begin && at < end) return false;
    return true;
}

void remove_element(std::uintptr_t at, const void* view, std::uintptr_t whole, int kind) {
    const std::lock_guard guard(lock);
    const auto found = all().wholes.find({whole, static_cast<Kind>(kind)});
    if (found == all().wholes.end()) return;
    found->second.parts.erase({at, view});
    if (found->second.parts.empty()) forget(found->first);
}

}  // namespace doublet::detail

extern "C" void doublet_elements() {
    using namespace doublet::detail;
    hold_owned_while_forking();
    hold_while_forking<lock>();
}
