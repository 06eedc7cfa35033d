#include "doublet/progress.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>

namespace doublet {

namespace {

constexpr double between_drawings = 0.1;  // seconds
constexpr double between_looks = between_drawings / 4;
constexpr int width = 30;

std::string duration(double seconds) {
    char text[32];
    const long all = std::lround(seconds);
    if (all < 3600) std::snprintf(text, sizeof text, "%02ld:%02ld", all / 60, all % 60);
    else std::snprintf(text, sizeof text, "%ld:%02ld:%02ld", all / 3600, all / 60 % 60, all % 60);
    return text;
}

std::string rate(double per_second) {
    char text[32];
    std::snprintf(text, sizeof text, per_second < 10 ? "%.2f/s" : "%.0f/s", per_second);
    return text;
}

}  // namespace

Progress::Progress(std::size_t total, std::string label) : total_(total), label_(std::move(label)), begun_(Clock::now()) {}

Progress::~Progress() {
    draw(done_, std::chrono::duration<double>(Clock::now() - begun_).count());
    std::cerr << '\n';
}

// Looks at the clock, and draws if it is time; says when to look again.
void Progress::look(std::size_t done) {
    const double now = std::chrono::duration<double>(Clock::now() - begun_).count();
    const double steps = now > 0 ? between_looks * static_cast<double>(done) / now : 1;
    next_look_ = done + std::max<std::size_t>(1, static_cast<std::size_t>(std::min(steps, 1e9)));
    double last = last_drawn_;
    if (now - last >= between_drawings && last_drawn_.compare_exchange_strong(last, now)) draw(done, now);
}

void Progress::draw(std::size_t done, double seconds) const {
    std::string line = "\r" + (label_.empty() ? "" : label_ + ": ");
    const double per_second = seconds > 0 ? static_cast<double>(done) / seconds : 0;
    if (total_) {
        const double part = std::min(1.0, static_cast<double>(done) / static_cast<double>(total_));
        char percent[16];
        std::snprintf(percent, sizeof percent, "%3.0f%% |", std::floor(100 * part));
        line += percent;
        for (int place = 0; place < width; ++place) line += place < std::floor(part * width) ? "█" : " ";
        line += "| " + std::to_string(done) + "/" + std::to_string(total_) + " [" + duration(seconds);
        if (done && done < total_) line += "<" + duration(static_cast<double>(total_ - done) / per_second);
        line += ", ";
    } else {
        line += std::to_string(done) + " [" + duration(seconds) + ", ";
    }
    std::cerr << line + rate(per_second) + "]";
}

}  // namespace doublet
