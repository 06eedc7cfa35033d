#include "imports.hpp"

#include <dlfcn.h>
#include <elf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <utility>

namespace doublet::detail {

void* exchange_function(void** place, void* by) {
    const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    mprotect(reinterpret_cast<void*>(reinterpret_cast<std::uintptr_t>(place) & ~(page - 1)), page, PROT_READ | PROT_WRITE);
    return std::exchange(*place, by);
}

void replace(const link_map* library, Replacement* begin, Replacement* end) {
    const ElfW(Sym)* symbols = nullptr;
    const char* names = nullptr;
    const ElfW(Rela)* tables[2] = {};
    std::size_t sizes[2] = {};
    for (auto* entry = library->l_ld; entry->d_tag != DT_NULL; ++entry) {
        if (entry->d_tag == DT_SYMTAB) symbols = reinterpret_cast<const ElfW(Sym)*>(entry->d_un.d_ptr);
        if (entry->d_tag == DT_STRTAB) names = reinterpret_cast<const char*>(entry->d_un.d_ptr);
        if (entry->d_tag == DT_JMPREL) tables[0] = reinterpret_cast<const ElfW(Rela)*>(entry->d_un.d_ptr);
        if (entry->d_tag == DT_RELA) tables[1] = reinterpret_cast<const ElfW(Rela)*>(entry->d_un.d_ptr);
        if (entry->d_tag == DT_PLTRELSZ) sizes[0] = entry->d_un.d_val;
        if (entry->d_tag == DT_RELASZ) sizes[1] = entry->d_un.d_val;
    }
    for (int table = 0; table < 2; ++table)
        for (std::size_t i = 0; i < sizes[table] / sizeof(ElfW(Rela)); ++i) {
            const auto& relocation = tables[table][i];
            const char* name = names + symbols[ELF64_R_SYM(relocation.r_info)].st_name;
            for (auto* wanted = begin; wanted != end; ++wanted) {
                if (relocation.r_addend || std::strcmp(name, wanted->name)) continue;
                // Not what the place holds: before the first call, that would put itself back there.
                void* original = dlsym(RTLD_DEFAULT, name);
                if (!original) continue;
                if (wanted->original) *wanted->original = original;
                exchange_function(reinterpret_cast<void**>(library->l_addr + relocation.r_offset), wanted->function);
            }
        }
}

}  // namespace doublet::detail
