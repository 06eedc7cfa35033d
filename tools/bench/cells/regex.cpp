#include <regex>

bool has_digit(const char* text) { return std::regex_search(text, std::regex("[0-9]+")); }
