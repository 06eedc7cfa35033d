#include <random>

long thrown(int n) {
    std::mt19937_64 engine(7);
    std::poisson_distribution<int> counts(3.5);
    long sum = 0;
    for (int i = 0; i < n; ++i) sum += counts(engine) >= 0;
    return sum;
}
