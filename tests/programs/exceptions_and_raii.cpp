// ---
struct Trace { std::string name; Trace(std::string n) : name(std::move(n)) { std::cout << '+' << name; } ~Trace() { std::cout << '-' << name; } Trace(const Trace&) = delete; };
struct Failure : std::runtime_error { int code; Failure(int c) : std::runtime_error("failure"), code(c) {} };
// ---
int guarded(int x) try { Trace t("f"); if (x > 1) throw Failure(x); return x; } catch (const Failure& e) { return -e.code; }
struct Base { int v; Base(int x) : v(x) { if (x < 0) throw Failure(x); } };
struct Derived : Base { Derived(int x) try : Base(x) { std::cout << 'd'; } catch (const Failure&) { std::cout << "caught"; } };
// --- run
std::cout << guarded(1) << guarded(5) << '\n';
// --- run
try { Derived fine(1), bad(-1); } catch (const std::exception& e) { std::cout << e.what() << '\n'; }
// --- run
{ Trace outer("o"); { Trace inner("i"); } auto kept = std::make_unique<Trace>("u"); std::cout << '.'; } std::cout << '\n';
// --- run
auto noexcepts = std::pair{noexcept(guarded(1)), noexcept(int())}; std::cout << noexcepts.first << noexcepts.second << std::uncaught_exceptions() << '\n';
// --- run
try { std::vector<int>(3).at(5); } catch (const std::out_of_range&) { std::cout << "range"; } try { throw 42; } catch (int i) { std::cout << i << '\n'; }
