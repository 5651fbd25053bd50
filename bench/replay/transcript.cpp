// SPDX-License-Identifier: BSL-1.0
#include "replay/transcript.hpp"

#include <algorithm>

namespace ferry::bench {

namespace {

// Who does something to a key: nobody, one worker, or several.
class doers {
public:
    void add(unsigned worker) {
        if (who_ == nobody)
            who_ = worker;
        else if (who_ != worker)
            who_ = several;
    }
    bool others_than(unsigned worker) const { return who_ != nobody && who_ != worker; }

private:
    static constexpr unsigned nobody = ~0u;
    static constexpr unsigned several = ~0u - 1;

    unsigned who_ = nobody;
};

struct changers {
    doers set;
    doers del;
};

// Calls f(request, its answer, its worker) for all that was asked.
template <class Function>
void for_each_answer(const trace &what, const transcript &script, Function f) {
    for (std::size_t i = 0; i < what.requests.size(); ++i)
        if (script.answers[i] != answer::none)
            f(what.requests[i], script.answers[i], script.workers[i / transcript::batch_size]);
}

std::vector<changers> changers_of_keys(const trace &what, const transcript &script) {
    std::vector<changers> all(what.keys.size());
    for_each_answer(what, script, [&](const request &r, answer, unsigned worker) {
        if (r.what == request::kind::set)
            all[r.key].set.add(worker);
        else if (r.what == request::kind::del)
            all[r.key].del.add(worker);
    });
    return all;
}

} // namespace

tally contradictions(const trace &what, const transcript &script) {
    tally sum;
    if (what.requests.empty())
        return sum;
    const auto changed_by = changers_of_keys(what, script);
    const std::size_t workers =
        *std::max_element(script.workers.begin(), script.workers.end()) + std::size_t{1};
    // By this worker, and not deleted by it since.
    std::vector<bool> set_by(workers * what.keys.size());
    for_each_answer(what, script, [&](const request &r, answer said, unsigned worker) {
        const auto last_set = set_by[worker * what.keys.size() + r.key];
        if (r.what != request::kind::get)
            set_by[worker * what.keys.size() + r.key] = r.what == request::kind::set;
        else if (last_set)
            sum.missed += said == answer::miss && !changed_by[r.key].del.others_than(worker);
        else
            sum.phantom += said == answer::hit && !changed_by[r.key].set.others_than(worker);
    });
    return sum;
}

} // namespace ferry::bench
