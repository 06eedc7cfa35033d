#include "owned.hpp"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "forking.hpp"
#include "guard.hpp"
#include "owning.hpp"
#include "plain.hpp"

namespace doublet::detail {

std::atomic<bool> has_owned = false;

namespace {

using Address = std::uintptr_t;
template <class T>
using List = std::vector<T, Plain<T>>;
template <class Key, class Value>
using Multimap = std::multimap<Key, Value, std::less<>, Plain<std::pair<const Key, Value>>>;

// With more words than this, those are looked for that pointed to a block when C++ had run last.
constexpr std::size_t few = 256;

// One of an object's words that points to what it owns.
struct Word {
    const Address* place;
    Address block;          // where it pointed when C++ had run last, or what has been freed of it since
    bool is_freed = false;
    bool is_held = false;   // and whether it is for us to free it
};

struct Object {
    List<Word> words;
    bool is_destroyed = false;
};

struct Owned {
    std::map<Address, Object, std::less<>, Plain<std::pair<const Address, Object>>> objects;
    Multimap<Address, Word*> by_block;  // where they pointed when C++ had run last
};

// Always kept: memory is freed while the process ends.
Owned& all() {
    static auto* owned = new Owned;
    return *owned;
}
ForkingMutex lock;

void release(Word& word) {
    if (word.is_held) std::free(reinterpret_cast<void*>(word.block));
    word.is_held = word.is_freed = false;
}

void enter(Word& word) {
    word.block = *word.place;
    if (word.block) all().by_block.emplace(word.block, &word);
}

void leave(Word& word) {
    const auto [first, last] = all().by_block.equal_range(word.block);
    for (auto entry = first; entry != last; ++entry)
        if (entry->second == &word) {
            all().by_block.erase(entry);
            return;
        }
}

}  // namespace

void watch_owned(Address object, std::size_t layout) {
    const std::lock_guard guard(lock);
    auto [found, is_new] = all().objects.try_emplace(object);
    if (!is_new) return;
    for (const std::size_t offset : owning_words(layout)) found->second.words.push_back({reinterpret_cast<const Address*>(object + offset), 0});
    for (Word& word : found->second.words) enter(word);
    has_owned = true;
}

void forget_owned(Address object) {
    const std::lock_guard guard(lock);
    const auto found = all().objects.find(object);
    if (found == all().objects.end()) return;
    for (Word& word : found->second.words) {
        leave(word);
        release(word);
    }
    all().objects.erase(found);
    has_owned = !all().objects.empty();
}

bool note_freed(void* block, bool is_kept) {
    const auto at = reinterpret_cast<Address>(block);
    const std::lock_guard guard(lock);
    List<Word*> words;
    words.reserve(few);
    if (all().by_block.size() <= few) {  // they may have been changed since C++ began to run
        for (auto& [_, object] : all().objects)
            for (Word& word : object.words) words.push_back(&word);
    } else {
        const auto [first, last] = all().by_block.equal_range(at);
        for (auto entry = first; entry != last; ++entry) words.push_back(entry->second);
    }
    List<Word*> freed;
    auto word = words.begin();
    while (!guarded([&] {
        for (; word != words.end(); ++word)
            if (*(*word)->place == at && !((*word)->is_freed && (*word)->block == at)) freed.push_back(*word);
    })) ++word;  // its object is in memory that is not there any more
    bool is_held = false;
    for (Word* each : freed) {
        leave(*each);
        release(*each);
        enter(*each);
        each->is_freed = true;
        each->is_held = !is_kept && !is_held;
        is_held = is_held || each->is_held;
    }
    return is_held;
}

bool look_at_owned(Address object) {
    const std::lock_guard guard(lock);
    const auto found = all().objects.find(object);
    if (found == all().objects.end()) return false;
    auto& [words, is_destroyed] = found->second;
    const bool is_there = guarded([&] {
        for (Word& word : words) {
            if (word.is_freed && *word.place == word.block) is_destroyed = true;
            if (!word.is_freed && *word.place == word.block) continue;
            leave(word);
            release(word);
            enter(word);
        }
    });
    return is_destroyed = is_destroyed || !is_there;
}

bool is_destroyed(Address object) {
    const std::lock_guard guard(lock);
    const auto found = all().objects.find(object);
    return found != all().objects.end() && found->second.is_destroyed;
}

void hold_owned_while_forking() { hold_while_forking<lock>(); }

}  // namespace doublet::detail
