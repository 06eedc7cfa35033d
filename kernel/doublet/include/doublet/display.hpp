// What a C++ value shows in a notebook: its text, and the bundle that mime_bundle_repr(value) gives, found by
// argument-dependent lookup. doublet::display(value) shows a value from the middle of a cell.
#ifndef DOUBLET_DISPLAY_HPP
#define DOUBLET_DISPLAY_HPP

#include <map>
#include <stdexcept>

#include "doublet/cell.hpp"
#include "doublet/describe.hpp"

#include <TInterpreter.h>

namespace doublet::detail {

struct Display {
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_t compiling = pthread_self();  // Cling serves one thread, the one that runs the cells
    std::map<std::string, Fields> fields;  // by the type's mangled name
    std::map<std::pair<std::string, long long>, std::string> enumerators;
    Fields found = nullptr;
    std::string name;
    std::string waiting;                   // what threads have displayed, if it cannot go the way of the output
    void (*deliver)(const char*, std::size_t) = nullptr;
};
inline Display shown;

class Guard {
public:
    Guard() { pthread_mutex_lock(&shown.mutex); }
    ~Guard() { pthread_mutex_unlock(&shown.mutex); }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;
};

// Compiles a text from within a running cell, or says that it cannot. The compiler's messages are dropped.
inline bool compile(const std::string& text) {
    if (!pthread_equal(shown.compiling, pthread_self()) || checking) return false;
    const int messages = memfd_create("doublet-display", MFD_CLOEXEC);
    streams::begin_compile(messages);
    gInterpreter->ProcessLine(("namespace doublet_display {}\n#line 1 \"doublet\"\n" + text).c_str());
    streams::end_compile();
    close(messages);
    return true;
}

// Writes the public fields of a class, those of its bases first, as the body of a function.
inline int add_members(std::string& code, const std::string& type, const std::string& object) {
    auto* info = gInterpreter->ClassInfo_Factory(type.c_str());
    if (!gInterpreter->ClassInfo_IsValid(info)) return 0;
    int count = 0;
    auto* base = gInterpreter->BaseClassInfo_Factory(info);
    while (gInterpreter->BaseClassInfo_Next(base)) {
        if (!(gInterpreter->BaseClassInfo_Property(base) & CppyyLegacy::kIsPublic)) continue;
        const std::string name = gInterpreter->BaseClassInfo_FullName(base);
        count += add_members(code, name, "static_cast<const " + name + "&>(" + object + ")");
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
        if (!name.empty() && property & CppyyLegacy::kIsPublic && !(property & CppyyLegacy::kIsStatic))
            members.push_back({name, gInterpreter->DataMemberInfo_Offset(member)});
    }
    gInterpreter->DataMemberInfo_Delete(member);
    gInterpreter->ClassInfo_Delete(info);
    for (const auto& one : members) {
        int here = 0;
        for (const auto& other : members) here += other.offset == one.offset;
        const std::string field = object + "." + one.name;
        // What shares its place with others may be the member of a union that is not the active one.
        if (here > 1) code += "if constexpr (std::is_arithmetic_v<decltype(" + field + ")>) ";
        code += "::doublet::detail::field<Tag>(text, first, \"" + one.name + "\", " + field + ");\n";
        ++count;
    }
    return count;
}

inline std::string numbered(const char* name) {
    static int count = 0;
    return name + std::to_string(++count);
}

Fields fields_of(const std::type_info& type) {
    {
        Guard guard;
        const auto known = shown.fields.find(type.name());
        if (known != shown.fields.end()) return known->second;
    }
    const std::string name = full_name(type);
    if (!pthread_equal(shown.compiling, pthread_self()) || name.find_first_of("({'") != name.npos) return nullptr;
    std::string body;
    shown.found = nullptr;
    if (add_members(body, name, "value") > 0) {
        const std::string own = numbered("doublet_fields_");
        compile("void " + own + "(::doublet::detail::Text& text, const void* at) {\n"
                "struct Tag {};\nbool first = true;\nconst auto& value = *static_cast<const " + name + "*>(at);\n" +
                body + "}\nint " + own + "_ = (::doublet::detail::shown.found = " + own + ", 0);");
    }
    Guard guard;
    return shown.fields[type.name()] = shown.found;
}

// Clang writes a value of an enum as its name, if it has one.
template <class Enum, Enum value>
int name_enumerator() {
    const std::string_view text = __PRETTY_FUNCTION__;
    const std::string_view name = text.substr(text.rfind("value = ") + 8);
    if (name[0] != '(') shown.name = name.substr(0, name.find_first_of(";]"));
    return 0;
}

std::string enumerator_of(const std::type_info& type, long long value) {
    const std::pair<std::string, long long> key{type.name(), value};
    {
        Guard guard;
        const auto known = shown.enumerators.find(key);
        if (known != shown.enumerators.end()) return known->second;
    }
    const std::string name = full_name(type);
    const std::string number = std::to_string(value);
    shown.name.clear();
    if (name.find_first_of("({'") == name.npos && shown.enumerators.size() < 10'000)
        if (!compile("int " + numbered("doublet_enum_") + " = ::doublet::detail::name_enumerator<" + name +
                     ", static_cast<" + name + ">(" + number + ")>();"))
            return short_name(type) + "(" + number + ")";
    const std::string own = shown.name.substr(shown.name.rfind(':') + 1);  // rfind gives npos if there is none
    const std::string text = short_name(type) + (own.empty() ? "(" + number + ")" : "::" + own);
    Guard guard;
    return shown.enumerators[key] = text;
}

inline std::string json_text(std::string_view value) {
    std::string out = "\"";
    for (const char c : value) {
        if (c == '"' || c == '\\') out += {'\\', c};
        else if (static_cast<unsigned char>(c) >= 0x20) out += c;
        else out += {'\\', 'u', '0', '0', "01"[c >> 4 & 1], "0123456789abcdef"[c & 15]};
    }
    return out + "\"";
}

template <class T, class Tag, class = void>
struct has_bundle : std::false_type {};
template <class T, class Tag>
struct has_bundle<T, Tag, std::void_t<decltype(mime_bundle_repr(std::declval<const T&>()))>> : std::true_type {};

// nlohmann::json, told by what it can do.
template <class T, class = void>
struct is_json : std::false_type {};
template <class T>
struct is_json<T, std::void_t<decltype(std::declval<const T&>().items().begin().value().is_string()),
                              decltype(std::declval<const T&>().dump())>> : std::true_type {};

template <class T, class = void>
struct is_pairs : std::false_type {};
template <class T>
struct is_pairs<T, std::void_t<decltype(std::string_view(std::begin(std::declval<const T&>())->first)),
                               decltype(std::string_view(std::begin(std::declval<const T&>())->second))>>
    : std::true_type {};

template <class Bundle>
std::string bundle_json(const Bundle& bundle) {
    std::string out;
    const auto add = [&](std::string_view type, const std::string& data) {
        out += (out.empty() ? "" : ", ") + json_text(type) + ": " + data;
    };
    const std::string must = " and must return MIME types with their data: a std::map<std::string, std::string>, "
                             "another range of pairs of strings, or a nlohmann::json object";
    if constexpr (is_json<Bundle>::value) {
        if (!bundle.is_object()) throw std::invalid_argument("mime_bundle_repr returned JSON that is no object," + must);
        for (const auto& item : bundle.items()) add(item.key(), item.value().dump());
    } else if constexpr (is_pairs<Bundle>::value) {
        for (const auto& item : bundle) add(item.first, json_text(item.second));
    } else {
        throw std::invalid_argument("mime_bundle_repr returned '" + short_name(typeid(Bundle)) + "'" + must);
    }
    return out;
}

// A value's MIME bundle, as JSON.
template <class Tag, class T>
std::string bundle_of(const T& value) {
    std::string out;
    if constexpr (has_bundle<T, Tag>::value) out = bundle_json(mime_bundle_repr(value));
    if (out.find("\"text/plain\": ") == out.npos) {
        Text text;
        write<Tag>(text, value);
        out += (out.empty() ? "" : ", ") + ("\"text/plain\": " + json_text(text.out));
    }
    return "{" + out + "}";
}

using Give = void (*)(const char* bundle, std::size_t size);
using Tell = void (*)(const char* type, const char* what);
using Describe = void (*)(const void* value, Give, Tell);

template <class Tag, class T>
void describe_as(const void* at, Give give, Tell tell) {
    try {
        const auto* value = reinterpret_cast<const T*>(reinterpret_cast<std::uintptr_t>(at));
        const std::string bundle = bundle_of<Tag>(*value);
        give(bundle.data(), bundle.size());
    } catch (...) {
        describe(std::current_exception(), tell);
    }
}

// Cling lets a class be defined anew, so what is known of one goes when Python says so.
inline void forget_fields() {
    Guard guard;
    shown.fields.clear();
}

// Hands a message for Python to whom it concerns. It goes the way of the output, which keeps the order and needs no
// GIL. Where the output has no such way, the thread that runs the cells calls Python, and others leave it theirs.
inline void send(const std::string& message) {
    if (streams::state.running && getpid() == streams::state.pid) {
        std::cout.flush();
        streams::Locked lock;
        streams::empty_pipes();
        streams::append(3, message.data(), message.size());
        return streams::wait_if_crowded();
    }
    std::string all;
    {
        Guard guard;
        shown.waiting += message;
        if (!pthread_equal(shown.compiling, pthread_self())) return;
        all.swap(shown.waiting);
    }
    if (shown.deliver && !all.empty()) {
        std::cout.flush();
        shown.deliver(all.data(), all.size());
    }
}

inline void send_waiting() { send({}); }

inline void display_addresses(void** into, void (*deliver)(const char*, std::size_t)) {
    shown.deliver = deliver;
    into[0] = reinterpret_cast<void*>(forget_fields);
    into[1] = reinterpret_cast<void*>(send_waiting);
}

}  // namespace doublet::detail

namespace doublet {

// Shows a value in the notebook at once. With an id, a call with the same id later in the cell replaces what is shown.
#if __cplusplus >= 202002L
template <class T, class Tag = decltype([] {})>
#else
template <class T, class Tag = void>
#endif
void display(const T& value, std::string_view id = {}) {
    detail::send("{\"id\": " + detail::json_text(id) + ", \"data\": " + detail::bundle_of<Tag>(value) + "}\n");
}

}  // namespace doublet

#endif
