#include "refusals.hpp"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "wanted.hpp"

namespace doublet::detail {

namespace {

using View = std::string_view;

constexpr View of_argument = " cannot take argument ";
constexpr View of_number = " takes at ";  // most 2 arguments, least 3 arguments
constexpr View of_none = " takes no arguments";
constexpr View not_made = "Failed to instantiate \"";
constexpr View next_line = "\n  ";
constexpr View of_several = "none of the ";
constexpr View of_templates = "Template method resolution failed:";
constexpr View of_named_template = "Could not find \"";

bool begins_with(View text, View begin) { return text.substr(0, begin.size()) == begin; }
bool ends_with(View text, View end) { return text.size() >= end.size() && text.substr(text.size() - end.size()) == end; }
bool contains(View text, View part) { return text.find(part) != text.npos; }

// Where a sentence goes on after the signature of a function.
std::size_t end_of_signature(View sentence) {
    std::size_t end = sentence.npos;
    for (View verb : {of_argument, of_number, of_none, View(": ")}) end = std::min(end, sentence.find(verb));
    return end;
}

struct Signature {
    View name;        // with the scopes
    View parameters;  // without the brackets
};

Signature parsed(View sentence) {
    const View signature = sentence.substr(0, end_of_signature(sentence));
    const std::size_t close = signature.rfind(')');
    std::size_t open = close;
    for (int depth = 0; open != signature.npos && open--;) {
        depth += signature[open] == ')' ? 1 : signature[open] == '(' ? -1 : 0;
        if (depth < 0) break;
    }
    const View head = open < close ? signature.substr(0, open) : signature;
    std::size_t begin = 0;
    int depth = 0;
    for (std::size_t at = 0; at < std::min(head.size(), head.find("operator")); ++at) {
        depth += head[at] == '<' ? 1 : head[at] == '>' ? -1 : 0;
        if (head[at] == ' ' && !depth) begin = at + 1;
    }
    return {head.substr(begin), open < close ? signature.substr(open + 1, close - open - 1) : View()};
}

// What stands before the last :: of a name outside of <>.
View scope_of(View name) {
    int depth = 0;
    for (std::size_t at = std::min(name.size(), name.find("operator")); at-- > 1;) {
        depth += name[at] == '>' ? 1 : name[at] == '<' ? -1 : 0;
        if (name[at] == ':' && !depth) return name.substr(0, at - 1);
    }
    return {};
}

// Whether a constructor only takes an object of its own class.
bool is_copy(View sentence) {
    const auto [name, parameters] = parsed(sentence);
    const View scope = scope_of(name);
    if (scope.empty() || name.substr(scope.size() + 2) != scope.substr(scope_of(scope).empty() ? 0 : scope_of(scope).size() + 2)) return false;
    View taken = begins_with(parameters, "const ") ? parameters.substr(6) : parameters;
    if (begins_with(taken, "std::") && !begins_with(scope, "std::")) taken.remove_prefix(5);
    return begins_with(taken, scope) && taken.substr(scope.size(), 1) == "&" && !contains(taken.substr(scope.size()), ",");
}

bool is_of_number(View sentence) { return contains(sentence, of_number) || contains(sentence, of_none); }

// What functions that all take other numbers of arguments say together.
std::string of_numbers(const std::string& name, const std::vector<std::string>& sentences) {
    long least = -1, most = -1;
    for (View one : sentences) {
        const auto at_least = one.find(" at least "), at_most = one.find(" at most ");
        if (at_least != one.npos) {
            const long number = std::atol(one.data() + at_least + 10);
            least = least < 0 ? number : std::min(least, number);
        } else {
            most = std::max(most, at_most == one.npos ? 0 : std::atol(one.data() + at_most + 9));
        }
    }
    const auto several = [](long number) { return std::to_string(number) + (number == 1 ? " argument" : " arguments"); };
    std::string told = name + (most ? " takes" : std::string(of_none));
    if (most > 0) told += " at most " + several(most);
    if (least >= 0) told += (most >= 0 ? ", or at least " : " at least ") + several(least);
    return told + sentences.front().substr(sentences.front().rfind(" ("));
}

// Leaves out what a rule is about, but not all there is.
template <class Rule>
void leave_out(std::vector<std::string>& sentences, Rule rule) {
    if (!std::all_of(sentences.begin(), sentences.end(), rule))
        sentences.erase(std::remove_if(sentences.begin(), sentences.end(), rule), sentences.end());
}

// The sentences of a list, each once.
std::vector<std::string> sentences_of(const std::string& told) {
    std::vector<std::string> found;
    for (std::size_t at = told.find(next_line); at != told.npos;) {
        const std::size_t begin = at + next_line.size();
        at = told.find(next_line, begin);
        const std::string one = told.substr(begin, at == told.npos ? at : at - begin);
        const bool is_heading = begins_with(one, "no ") && one.back() == ':';
        if (!one.empty() && !is_heading && std::find(found.begin(), found.end(), one) == found.end()) found.push_back(one);
    }
    return found;
}

// "f(Hit, str)" of what cppyy says of a template that it cannot make for arguments: f(::Hit&,str).
std::string wanted_template(const std::string& sentence) {
    std::string wanted;
    for (const char one : sentence.substr(not_made.size(), sentence.rfind('"') - not_made.size())) {
        if (one == ',') wanted += ", ";
        else if (one != '&') wanted += one;
        if (ends_with(wanted, "(::") || ends_with(wanted, ", ::") || ends_with(wanted, "<::")) wanted.resize(wanted.size() - 2);
    }
    return wanted;
}

// What a parameter is of: "Hit" of "const Hit& hit = Hit()".
std::string plain_type(View parameter) {
    parameter = parameter.substr(0, parameter.find(" = "));
    if (begins_with(parameter, "const ")) parameter.remove_prefix(6);
    const auto last = parameter.find_last_of(" >&*");
    if (last != parameter.npos && parameter[last] == ' ') {
        const View before = parameter.substr(0, last);
        if (!ends_with(before, "signed") && !ends_with(before, "long") && !ends_with(before, "short")) parameter = before;
    }
    while (ends_with(parameter, "&")) parameter.remove_suffix(1);
    return std::string(parameter);
}

// The parameter of a function with a number as text, from 1 on.
View parameter(View signature, const std::string& number) {
    View rest = parsed(signature).parameters;
    for (long left = std::atol(number.c_str());; --left) {
        std::size_t end = 0;
        for (int depth = 0; end < rest.size() && (depth || rest[end] != ','); ++end)
            depth += contains("<({[", rest.substr(end, 1)) ? 1 : contains(">)}]", rest.substr(end, 1)) ? -1 : 0;
        if (left <= 1 || end == rest.size()) return rest.substr(0, end);
        rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(' ', end + 1)));
    }
}

}  // namespace

std::string refused(View signature, const std::string& what, const std::string& why) {
    std::string told(signature);
    if (begins_with(what, of_conversion)) {
        told.append(of_argument).append(what.substr(of_conversion.size()));
    } else if (begins_with(what, "takes at")) {
        const bool is_none = contains(what, "most 0 "), is_one = contains(what, "most 1 ") || contains(what, "least 1 ");
        const auto given = what.find(" (");
        told += is_none ? std::string(of_none) + what.substr(given) : is_one ? " " + what.substr(0, given - 1) + what.substr(given) : " " + what;
    } else if (!what.empty()) {
        told += ": " + what;
    }
    if (why.empty()) return told;
    const bool is_misfit = begins_with(what, of_conversion) && ends_with(why, misfits);
    return told + ": " + why + (is_misfit ? " " + plain_type(parameter(signature, what.substr(of_conversion.size()))) : "");
}

bool is_list(View told) { return begins_with(told, of_several) || begins_with(told, of_templates) || begins_with(told, of_named_template); }

std::string all_refused(const std::string& told, const std::string& types) {
    std::vector<std::string> all = sentences_of(told);
    if (all.empty()) return told;
    // Of templates of which all parameters may be left out, cppyy has a function without any.
    if (begins_with(told, of_templates)) leave_out(all, [](View one) { return contains(one, of_none); });
    leave_out(all, [](View one) { return begins_with(one, not_made); });
    if (begins_with(all.back(), not_made)) return "no template takes what is given: there is none for " + wanted_template(all.back());
    leave_out(all, is_copy);
    leave_out(all, is_of_number);
    const auto rest = [](View one) { return one.substr(std::min(one.size(), end_of_signature(one))); };
    if (all.size() == 1) return all.front();
    const std::string name(parsed(all.front()).name);
    const bool are_alike = std::all_of(all.begin(), all.end(), [&](View one) { return rest(one) == rest(all.front()) && parsed(one).name == name; });
    if (are_alike) return name + std::string(rest(all.front()));
    if (is_of_number(all.front())) return of_numbers(name, all);
    std::string list = "no " + name + " takes " + (types.empty() ? "what is given" : types) + ":";
    for (const std::string& one : all) list.append(next_line).append(one);
    return list;
}

bool is_refusal(const std::string& told) {
    return contains(told, of_argument) || is_of_number(told) || contains(told, not_made) || begins_with(told, "no template takes");
}

std::string reason_of(const std::string& told) {
    const auto argument = told.rfind(of_argument);
    const auto begin = argument == told.npos ? argument : told.find(": ", argument);
    const auto line = told.find('\n', argument);
    return begin < line ? told.substr(begin + 2, line == told.npos ? line : line - begin - 2) : "";
}

std::string assigned_class(const std::string& told) {
    constexpr View assigns = "::operator=";
    const auto at = told.find(assigns);
    if (at == told.npos || told.compare(at + assigns.size(), 1, "=") == 0) return "";
    const auto line = told.rfind('\n', at);
    const auto begin = line == told.npos ? 0 : told.find_first_not_of(' ', line + 1);
    return std::string(scope_of(parsed(View(told).substr(begin, at + assigns.size() - begin)).name));
}

}  // namespace doublet::detail
