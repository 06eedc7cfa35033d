// ---
struct Config { static const std::string name; static const int limit; static std::vector<int> values; static constexpr double scale = 2.5; };
// ---
const std::string Config::name = "config"; const int Config::limit = 3; std::vector<int> Config::values{1, 2, 3};
// --- run
std::cout << Config::name << Config::limit << Config::values.size() << Config::scale << '\n';
// ---
extern int announced; int read_announced() { return announced; } int announced = 9;
// --- run
std::cout << read_announced() << '\n';
// ---
const double pi_ish = std::acos(-1.0), two_pi = 2 * pi_ish; const char* const greeting = "hi"; const int primes[] = {2, 3, 5}; const auto* second_prime = &primes[1];
// --- run
std::cout << int(two_pi) << greeting << *second_prime << std::size(primes) << '\n';
