// Where Cling puts what it compiles, by function: it tells a debugger, if it is asked to, and so tells us.
//
// CLING_DEBUG, which asks for that, is read twice: once where it would have all debug information written, for whatever
// headers are read, and once where it decides whether to tell. Only the second is answered here.
#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iterator>

#include "imports.hpp"
#include "views.hpp"

namespace doublet::detail {

namespace {

// As debuggers expect them: GDB's manual, "JIT Compilation Interface".
struct Code {
    Code* next;
    Code* previous;
    const char* begin;
    std::uint64_t size;
};
struct Descriptor {
    std::uint32_t version;
    std::uint32_t action;
    Code* relevant;
    Code* first;
};
const Descriptor* descriptor = nullptr;

char* answer(const char* name) {
    static int asked = 0;
    static char yes[] = "1";
    if (std::strcmp(name, "CLING_DEBUG") == 0 && !std::getenv(name)) return ++asked == 2 ? yes : nullptr;
    return std::getenv(name);
}

// The address of something that a library does not export.
const void* find_local(const link_map* library, const char* wanted) {
    const int file = open(library->l_name, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (file < 0 || fstat(file, &status)) return nullptr;
    auto* begin = static_cast<const char*>(mmap(nullptr, status.st_size, PROT_READ, MAP_PRIVATE, file, 0));
    close(file);
    if (begin == MAP_FAILED) return nullptr;
    const auto* header = reinterpret_cast<const ElfW(Ehdr)*>(begin);
    const auto* sections = reinterpret_cast<const ElfW(Shdr)*>(begin + header->e_shoff);
    const void* found = nullptr;
    for (int number = 0; number < header->e_shnum && !found; ++number) {
        const auto& section = sections[number];
        if (section.sh_type != SHT_SYMTAB) continue;
        const char* names = begin + sections[section.sh_link].sh_offset;
        const auto* symbols = reinterpret_cast<const ElfW(Sym)*>(begin + section.sh_offset);
        for (std::size_t i = 0; i < section.sh_size / sizeof *symbols && !found; ++i)
            if (std::strcmp(names + symbols[i].st_name, wanted) == 0) found = reinterpret_cast<const void*>(library->l_addr + symbols[i].st_value);
    }
    munmap(const_cast<char*>(begin), status.st_size);
    return found;
}

const link_map* cling = nullptr;

bool covers(const Code& code, std::uintptr_t address) {
    const auto* header = reinterpret_cast<const ElfW(Ehdr)*>(code.begin);
    const auto* sections = reinterpret_cast<const ElfW(Shdr)*>(code.begin + header->e_shoff);
    for (int number = 0; number < header->e_shnum; ++number) {
        const auto& section = sections[number];
        if ((section.sh_flags & SHF_EXECINSTR) && address >= section.sh_addr && address < section.sh_addr + section.sh_size) return true;
    }
    return false;
}

}  // namespace

}  // namespace doublet::detail

// Has Cling, which is in the library at a path and has not begun yet, tell of what it compiles, and link that with what
// keeps memory for views; false if it is not there.
extern "C" bool doublet_listen(const char* path) {
    using namespace doublet::detail;
    cling = static_cast<const link_map*>(dlopen(path, RTLD_LAZY));
    if (!cling) return false;
    Replacement others[] = {{"getenv", reinterpret_cast<void*>(answer)}, {"dlsym", reinterpret_cast<void*>(symbol_for_cells)}};
    replace(cling, std::begin(others), std::end(others));
    return true;
}

// The object, an ELF file in memory, that holds the code at an address; null if Cling has not compiled it.
extern "C" const char* doublet_compiled(std::uintptr_t address, std::uint64_t* size) {
    using namespace doublet::detail;
    if (!descriptor && cling) descriptor = static_cast<const Descriptor*>(find_local(cling, "__jit_debug_descriptor"));
    for (const Code* code = descriptor ? descriptor->first : nullptr; code; code = code->next)
        if (covers(*code, address)) return *size = code->size, code->begin;
    return nullptr;
}
